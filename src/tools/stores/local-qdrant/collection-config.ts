/**
 * The configuration of one collection: what `createCollection` was told, which vectors it has, which payload fields are
 * indexed. Settings that tune the server's machinery (HNSW, optimiser, shards, quantisation) are accepted, kept and reported,
 * and change nothing: LocalQdrant searches exactly.
 */
import { z } from 'zod';
import { badRequest, invalid, unsupported } from './errors.ts';

type VectorKind = 'dense' | 'sparse' | 'multi';
export type Distance = 'Cosine' | 'Dot' | 'Euclid' | 'Manhattan';

export interface VectorSpec {
  name: string;
  kind: VectorKind;
  /** Components of a dense vector; 0 for sparse. */
  size: number;
  distance: Distance;
  /** Sparse only: weigh query terms by their inverse document frequency. */
  idf: boolean;
}

const Tuning = z.record(z.string(), z.unknown()).nullish();

const VectorParams = z.object({
  size: z.int().min(1).max(65_536),
  distance: z.enum(['Cosine', 'Dot', 'Euclid', 'Manhattan']),
  hnsw_config: Tuning,
  quantization_config: Tuning,
  on_disk: z.boolean().nullish(),
  memory: z.string().nullish(),
  datatype: z.enum(['float32', 'uint8', 'float16', 'turbo4']).nullish(),
  multivector_config: z.object({ comparator: z.literal('max_sim') }).nullish(),
});

const SparseParams = z.object({
  index: z
    .strictObject({
      full_scan_threshold: z.int().nullish(),
      on_disk: z.boolean().nullish(),
      memory: z.string().nullish(),
      datatype: z.enum(['float32', 'uint8', 'float16', 'turbo4']).nullish(),
    })
    .nullish(),
  modifier: z.enum(['none', 'idf']).nullish(),
});

export const CreateCollectionSchema = z.object({
  vectors: z.union([VectorParams, z.record(z.string(), VectorParams)]).optional(),
  sparse_vectors: z.record(z.string().min(1), SparseParams).nullish(),
  hnsw_config: Tuning,
  optimizers_config: Tuning,
  wal_config: Tuning,
  quantization_config: Tuning,
  strict_mode_config: Tuning,
  payload: Tuning,
  metadata: z.record(z.string(), z.unknown()).nullish(),
  on_disk_payload: z.boolean().nullish(),
  shard_number: z.int().min(1).nullish(),
  replication_factor: z.int().min(1).nullish(),
  write_consistency_factor: z.int().min(1).nullish(),
  sharding_method: z.enum(['auto', 'custom']).nullish(),
});
type CreateCollectionBody = z.infer<typeof CreateCollectionSchema>;
type VectorParamsBody = z.infer<typeof VectorParams>;

/** A payload field with a declared index; `schema` is the parameter object (`{type, ...}`). */
export interface PayloadIndex {
  type: string;
  params: Record<string, unknown>;
}

/** What is stored with the collection. `names` never shrinks or reorders: stored vectors refer to their position in it. */
export const StoredConfigSchema = z.object({
  body: CreateCollectionSchema,
  names: z.array(z.string()),
  payloadIndexes: z.record(z.string(), z.object({ type: z.string(), params: z.record(z.string(), z.unknown()) })),
});
export type StoredConfig = z.infer<typeof StoredConfigSchema>;

const isSingle = (vectors: NonNullable<CreateCollectionBody['vectors']>): vectors is VectorParamsBody =>
  typeof vectors.size === 'number';

export class CollectionConfig {
  readonly stored: StoredConfig;
  readonly specs: readonly VectorSpec[];
  readonly #byName: Map<string, VectorSpec>;

  constructor(stored: StoredConfig) {
    this.stored = stored;
    this.specs = readSpecs(stored.body);
    this.#byName = new Map(this.specs.map((spec) => [spec.name, spec]));
  }

  /** From a `createCollection` body; throws a bad request that names the field. */
  static create(body: unknown): CollectionConfig {
    const parsed = CreateCollectionSchema.safeParse(body);
    if (!parsed.success) {
      const large = parsed.error.issues[0]?.code === 'too_big';
      throw (large ? invalid : badRequest)(`createCollection: ${explain(parsed.error)}`);
    }
    const specs = readSpecs(parsed.data);
    return new CollectionConfig({ body: parsed.data, names: specs.map((spec) => spec.name), payloadIndexes: {} });
  }

  vector(name: string): VectorSpec | undefined {
    return this.#byName.get(name);
  }

  /** The vector a request means by `using`; throws if there is none. */
  requireVector(name: string): VectorSpec {
    const spec = this.#byName.get(name);
    if (spec) return spec;
    throw badRequest(
      name === ''
        ? `Collection requires specified vector name in the request, available names: ${this.describeNames()}`
        : `Not existing vector name error: ${name}; known: ${this.describeNames()}`,
    );
  }

  describeNames(): string {
    return this.specs.map((spec) => spec.name || '(unnamed)').join(', ') || 'none';
  }
}

function readSpecs(body: CreateCollectionBody): VectorSpec[] {
  const specs: VectorSpec[] = [];
  const add = (name: string, params: VectorParamsBody) => {
    if (params.datatype && params.datatype !== 'float32')
      throw unsupported(`the vector datatype ${params.datatype}`, 'use float32');
    const kind = params.multivector_config ? 'multi' : 'dense';
    specs.push({ name, kind, size: params.size, distance: params.distance, idf: false });
  };
  const { vectors } = body;
  if (vectors && isSingle(vectors)) add('', vectors);
  else for (const [name, params] of Object.entries(vectors ?? {})) add(name, params);
  for (const [name, params] of Object.entries(body.sparse_vectors ?? {})) {
    if (specs.some((spec) => spec.name === name))
      throw badRequest(`the vector name ${name} is both dense and sparse; rename one`);
    specs.push({ name, kind: 'sparse', size: 0, distance: 'Dot', idf: params.modifier === 'idf' });
  }
  return specs;
}

/** The first problem of a failed parse, on one line. */
export function explain(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'invalid';
  return `${issue.path.join('.') || 'body'}: ${issue.message}`;
}
