/** `r1-router kb`: what the knowledge bases are, what they find, and moving them between stores. */
import { type Command, Option } from 'commander';
import { addEncoderOption, addStoreOptions, wholeNumber } from './run-options.ts';

export function register(program: Command): void {
  const kb = program.command('kb').description('list, describe, search, move and check knowledge bases');

  addStoreOptions(kb.command('list').description('the knowledge bases of a store'))
    .option('--json', 'print a JSON list of their cards')
    .action(async (flags) => (await import('./kb/describe.ts')).list(flags));

  addStoreOptions(
    kb.command('show').description('one knowledge base: description, size, an example').argument('<name>'),
  )
    .option('--json', 'print one JSON object')
    .action(async (name, flags) => (await import('./kb/describe.ts')).show(name, flags));

  addEncoderOption(
    addStoreOptions(
      kb.command('search').description('search one knowledge base').argument('<name>').argument('[query]'),
    ),
  )
    .option('--image <file>', 'search by this picture, alone or with the words')
    .option('--queries <file>', 'JSONL of {id, query, image?}: answers each with {id, hits: [{id, score}]}')
    .option('--k <n>', 'hits at most', wholeNumber({ least: 1, most: 10_000 }), 10)
    .option('--filter <json>', 'condition on documents, in the language of Qdrant: \'{"must": [...]}\'')
    .option('--json', 'print JSON: a list of passages, or one line a query')
    .action(async (name, query, flags) => (await import('./kb/search.ts')).search(name, query, flags));

  addStoreOptions(kb.command('set').description('change what policies are told of a knowledge base').argument('<name>'))
    .option('--description <text>', 'what it knows')
    .option('--cost <n>', 'declared cost of one search')
    .action(async (name, flags) => (await import('./kb/change.ts')).set(name, flags));

  addStoreOptions(kb.command('export').description('write a knowledge base to one file (.jsonl or .jsonl.gz)'))
    .argument('<name>')
    .argument('<file>')
    .option('--force', 'replace the file where it exists')
    .action(async (name, file, flags) => (await import('./kb/move.ts')).exportFile(name, file, flags));

  addStoreOptions(kb.command('import').description('bring an exported file into a store').argument('<file>'))
    .option('--kb <name>', 'name it differently there')
    .action(async (file, flags) => (await import('./kb/move.ts')).importFile(file, flags));

  addStoreOptions(kb.command('delete').description('remove a knowledge base and everything in it').argument('<name>'))
    .option('--yes', 'needed: what is removed cannot be brought back')
    .action(async (name, flags) => (await import('./kb/change.ts')).remove(name, flags));

  addStoreOptions(
    kb.command('reindex').description('index a knowledge base anew, searchable throughout').argument('<name>'),
  )
    .option(
      '--encoder <model>',
      'text encoder from now on: bge-small-en-v1.5/int8, a directory, ...; none for words only',
    )
    .option('--image-encoder <model>', 'image encoder from now on; pictures are read again from --images')
    .option('--images <folder>', 'where the files of a text-image knowledge base lie')
    .addOption(new Option('--chunk <how>', 'how long texts are cut').choices(['sentences', 'windows', 'none']))
    .option('--words <n>', 'words a chunk at most', wholeNumber({ least: 10 }))
    .option('--stride <n>', 'words between the starts of two windows', wholeNumber({ least: 1 }))
    .option('--language <name>', 'language of stemming and stop words')
    .action(async (name, flags) => (await import('./kb/reindex.ts')).reindex(name, flags));

  addStoreOptions(
    kb.command('optimize').description('build candidate indexes, for faster search in large embedded stores'),
  ).action(async (flags) => (await import('./kb/optimize.ts')).optimize(flags));

  addEncoderOption(
    addStoreOptions(kb.command('check').description('say what is wrong with a store or a Qdrant server')),
  )
    .option('--full', 'read every row of an embedded store and compare its checksum')
    .option('--json', 'print one JSON object')
    .action(async (flags) => (await import('./kb/check.ts')).check(flags));
}
