/** Adobe's character maps, which ship packed: pdf.js asks for them by name when a font of East Asian letters names one. */
import { readFileSync } from 'node:fs';
import { packageFile } from '../../../../common/package-files.ts';
import { unpackFiles } from '../../../../common/packed-files.ts';

let maps: ReadonlyMap<string, Uint8Array> | undefined;

/** What pdf.js takes as `BinaryDataFactory`. Its fonts, which only drawing needs, are not here. */
export class CharacterMaps {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const map = kind === 'cMapUrl' ? characterMaps().get(filename) : undefined;
    if (map === undefined) throw new Error(`there is no ${filename}`);
    // A copy, because pdf.js gives it away to another thread.
    return Uint8Array.from(map);
  }
}

function characterMaps(): ReadonlyMap<string, Uint8Array> {
  maps ??= unpackFiles(readFileSync(packageFile('data', 'cmaps', 'adobe.br')));
  return maps;
}
