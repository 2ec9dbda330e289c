/**
 * How a knowledge base was indexed: everything that must be the same at ingest and at search. Stored beside its card in the
 * registry; changing it needs a re-index.
 */
import { z } from 'zod';
import { BM25_TERMS_VERSION, Bm25ConfigSchema, Bm25OptionsSchema } from '../encoders/bm25.ts';
import { TextChunkingSchema } from '../encoders/text-chunks.ts';
import type { Modality } from '../knowledge-base.ts';

export const INDEX_CONFIG_VERSION = 1;

const FieldWeightsSchema = z.strictObject({
  title: z.number().min(0),
  /** Section and caption of a table. */
  section: z.number().min(0),
  header: z.number().min(0),
});

const EncoderReferenceSchema = z.strictObject({ id: z.string(), dimension: z.number().int().positive() });

export const IndexConfigSchema = z.strictObject({
  version: z.literal(INDEX_CONFIG_VERSION),
  sparse: Bm25ConfigSchema,
  /** False until the average length has been measured by the first ingest. */
  measured: z.boolean(),
  /** How often a word of the field counts, against 1 for the body. */
  weights: FieldWeightsSchema,
  chunking: TextChunkingSchema,
  tableRows: z.number().int().positive(),
  tableStyle: z.enum(['pairs', 'markers']),
  dense: EncoderReferenceSchema.optional(),
  image: EncoderReferenceSchema.optional(),
});
export type IndexConfig = z.infer<typeof IndexConfigSchema>;

const IndexOptionsSchema = z.strictObject({
  /** `averageLength` given here is kept; otherwise it is measured at the first ingest. */
  sparse: Bm25OptionsSchema.optional(),
  weights: FieldWeightsSchema.partial().optional(),
  chunking: TextChunkingSchema.optional(),
  tableRows: z.number().int().positive().optional(),
  tableStyle: z.enum(['pairs', 'markers']).optional(),
});
export type IndexOptions = z.input<typeof IndexOptionsSchema>;

/** Best on the table and text sets of `docs/research/retrieval.md`; prose gains nothing from a heavier title. */
const WEIGHTS: Record<Modality, z.infer<typeof FieldWeightsSchema>> = {
  text: { title: 1, section: 1, header: 1 },
  'text-image': { title: 1, section: 1, header: 1 },
  table: { title: 3, section: 3, header: 2 },
};

export function indexConfig(modality: Modality, options: IndexOptions = {}): IndexConfig {
  const given = IndexOptionsSchema.parse(options);
  return IndexConfigSchema.parse({
    version: INDEX_CONFIG_VERSION,
    sparse: Bm25ConfigSchema.parse({ terms: BM25_TERMS_VERSION, ...given.sparse }),
    measured: given.sparse?.averageLength !== undefined,
    weights: { ...WEIGHTS[modality], ...given.weights },
    chunking: given.chunking ?? { by: 'sentences' },
    tableRows: given.tableRows ?? 10,
    tableStyle: given.tableStyle ?? 'pairs',
  });
}

/** Whether the index was made with older rules for words; it works as it did, and `reindex` brings the new ones. */
export const hasOlderTerms = ({ sparse }: IndexConfig): boolean => sparse.terms < BM25_TERMS_VERSION;

/** The configuration once the average length is known. */
export function measured(index: IndexConfig, averageLength: number): IndexConfig {
  return { ...index, measured: true, sparse: { ...index.sparse, averageLength } };
}
