/** The manifest of the atlas world: what files there are, how they are licensed, and the checksum of every byte. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

const FileSchema = z.object({
  /** Relative to the manifest, with forward slashes. */
  path: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  rows: z.number(),
  source: z.string(),
  licence: z.string(),
  attribution: z.array(z.string()),
  /** Of the folder of pictures this file refers to: number, bytes, and a checksum over the sorted `sha256 name` lines. */
  pictures: z.object({ folder: z.string(), count: z.number(), bytes: z.number(), sha256: z.string() }).optional(),
});
export type ManifestFile = z.infer<typeof FileSchema>;

export const ManifestSchema = z.object({
  name: z.string(),
  version: z.number(),
  seed: z.number(),
  licence: z.string(),
  knowledgeBases: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      modality: z.enum(['text', 'text-image', 'table']),
      cost: z.number(),
      files: z.array(FileSchema),
    }),
  ),
  questions: z.array(FileSchema),
  /** Query images, by source. */
  queries: z.array(
    FileSchema.omit({ rows: true, path: true, bytes: true, sha256: true }).extend({
      pictures: FileSchema.shape.pictures.unwrap(),
    }),
  ),
  notices: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.number() })),
});
export type Manifest = z.infer<typeof ManifestSchema>;

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** One checksum for a folder: over the lines `sha256  name` in name order. */
export function folderChecksum(files: readonly { name: string; bytes: Buffer }[]): {
  count: number;
  bytes: number;
  sha256: string;
} {
  const lines = files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, bytes }) => `${sha256(bytes)}  ${name}\n`);
  return {
    count: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
    sha256: sha256(lines.join('')),
  };
}
