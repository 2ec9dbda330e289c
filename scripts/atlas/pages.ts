/** The two pages that travel with the data. */
import type { ManifestFile } from './manifest.ts';

export function licencesPage(files: readonly ManifestFile[]): string {
  const rows = files.map((file) => `| ${file.path} | ${file.source} | ${file.licence} |`);
  const notes = [...new Set(files.flatMap((file) => file.attribution))].map((note) => `- ${note}`);
  return `# Licences of the atlas world

The code of this project is Apache-2.0. The data in this folder is not: each file has the licence of the source it was made from, and a file of
questions has the licences of all sources its questions derive from. No file merges two sources of documents.

| file | npm package | licence (SPDX) |
| --- | --- | --- |
${rows.join('\n')}

Pictures have the licence of the JSONL file beside them; \`queries/flags\` and \`queries/openmoji\` that of the flags and of OpenMoji.

## Attribution

${notes.join('\n')}

## What the terms ask

- **ODbL-1.0** (world-countries, https://opendatacommons.org/licenses/odbl/1-0/): keep the attribution; a database derived from these tables or from
  \`questions/questions-world-countries.jsonl\` must be offered under ODbL-1.0 too.
- **CC-BY-SA-4.0** (OpenMoji, https://creativecommons.org/licenses/by-sa/4.0/): keep the attribution, say what was changed, share alike.
- **CC-BY-4.0** (GeoNames, https://creativecommons.org/licenses/by/4.0/): keep the attribution, say what was changed.
- **MIT** (chemical-elements): keep the notice below.
- **Public domain** (flags): none; some states restrict how their emblems may be used.
- **LicenseRef-WordNet**: the notice below must go with every copy.

## MIT licence of chemical-elements

Copyright (c) 2017 cheminfo

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to
deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
IN THE SOFTWARE.

## WordNet's notice

WordNet Release 3.1

This software and database is being provided to you, the LICENSEE, by Princeton University under the following license. By obtaining, using and/or
copying this software and database, you agree that you have read, understood, and will comply with these terms and conditions.:

Permission to use, copy, modify and distribute this software and database and its documentation for any purpose and without fee or royalty is hereby
granted, provided that you agree to comply with the following copyright notice and statements, including the disclaimer, and that the same appear on ALL
copies of the software, database and documentation, including modifications that you make for internal use or for distribution.

WordNet 3.1 Copyright 2011 by Princeton University. All rights reserved.

THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES, EXPRESS OR IMPLIED. BY WAY OF EXAMPLE,
BUT NOT LIMITATION, PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES OF MERCHANT- ABILITY OR FITNESS FOR ANY PARTICULAR PURPOSE OR THAT THE
USE OF THE LICENSED SOFTWARE, DATABASE OR DOCUMENTATION WILL NOT INFRINGE ANY THIRD PARTY PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS.

The name of Princeton University or Princeton may not be used in advertising or publicity pertaining to distribution of the software and/or database.
Title to copyright in this software, database and any associated documentation shall at all times remain with Princeton University and LICENSEE agrees to
preserve same.
`;
}

export function readmePage(): string {
  return `# The atlas world

Three knowledge bases and questions across them, made by \`npm run atlas:build\` from npm packages; every byte has a checksum in \`manifest.json\`
(\`npm run atlas:check\`). Do not edit by hand. What it holds and why: docs/research/atlas.md. Licences: LICENSES.md in this folder.

- \`text/*.jsonl\`, \`table/*.jsonl\`, \`image/*.jsonl\`: documents; the \`file\` of an image is relative to its JSONL file.
- \`questions/*.jsonl\`: questions with gold steps, one file for each most restrictive source; the \`image\` of a question is relative to its file.
- \`queries/\`: pictures that come with questions. None of them is a stored picture.

## Who may look at what

The test split holds out entities, whole templates, relations and wordings. Whoever writes patterns, prompts or features by hand looks at
\`"split": "train"\` and \`"split": "validation"\` questions only, and so does whatever is trained. Test questions are for measuring; \`unseen\` of each
says what of it never occurs in train. A pattern written with a test question in view makes every figure measured after it worthless.
`;
}
