/**
 * The format of `r1-router.config.json`: where the knowledge bases live, which models and policy answer, what a run may cost,
 * and how the server listens. Every field is optional; flags of the command line win over the file. Secrets never stand in
 * the file: it names the environment variable that holds them.
 */
import { z } from 'zod';
import { IMAGE_AT } from '../graph/chat-model/pictures.ts';
import { PROTOCOLS } from '../graph/chat-model/protocols/protocol.ts';
import { FusionSchema } from '../tools/planner/fusion.ts';

/** A key by its hash, with limits of its own; the server checks it in full. */
const KeyConfigSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'choose 1 to 64 letters, digits, dots, dashes and underscores'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'give the SHA-256 of the key, 64 lower-case hex digits; never the key itself'),
  requestsPerMinute: z.number().int().positive().optional(),
  concurrency: z.number().int().positive().optional(),
  maxSteps: z.number().int().min(1).max(50).optional(),
});

const VariableName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'the name of an environment variable, e.g. "QDRANT_API_KEY"; never the key itself',
  );

/** `provider:name`, as `--model` takes it, e.g. `openai:gpt-4o-mini`; `gguf:FILE`, relative to the configuration file. */
const ModelNameSchema = z
  .string()
  .regex(
    /^(?:gguf:.+|[a-z0-9][a-z0-9_-]*:\S+)$/i,
    'a model is written provider:name, e.g. "openai:gpt-4o-mini", or gguf:FILE',
  );

/** A model's name, or the name with options of the provider's constructor (`temperature`, `baseURL`, ...). */
const ModelConfigSchema = z.union(
  [
    ModelNameSchema,
    z.strictObject({
      model: ModelNameSchema,
      /** Address of the server, for `openai` and `ollama`. */
      baseUrl: z.url({ protocol: /^https?$/ }).optional(),
      options: z.record(z.string(), z.json()).optional(),
    }),
  ],
  'a model is "provider:name", e.g. "openai:gpt-4o-mini", or {"model": "provider:name", "baseUrl"?: "http://...", "options"?: {...}}',
);
export type ModelConfig = z.infer<typeof ModelConfigSchema>;

/** After invalid replies: ask the question everywhere, stop, or ask it of the knowledge base of this name. */
export type FallbackConfig = string;

/** What a model is told that the knowledge bases are called: their own names, or those of the released checkpoints. */
export const NAMINGS = ['own', 'reference'] as const;
export type NamingConfig = (typeof NAMINGS)[number];

const StoreConfigSchema = z.union(
  [
    z.strictObject({ directory: z.string().min(1) }),
    z.strictObject({
      url: z.url({ protocol: /^https?$/ }),
      apiKeyVariable: VariableName.optional(),
      /** Seconds for which a call is tried again while the server restarts; default 60. */
      retrySeconds: z.number().min(0).optional(),
    }),
  ],
  'a store is {"directory": "..."} or {"url": "http://...", "apiKeyVariable": "QDRANT_API_KEY"}',
);

const BudgetConfigSchema = z.strictObject({
  /** Most searches a run may decide on. */
  maxSteps: z.number().int().min(1).max(50).optional(),
  /** Language-model tokens of a run. */
  tokens: z.number().int().positive().optional(),
  /** Seconds of wall clock of a run. */
  seconds: z.number().positive().optional(),
  /** Sum of the declared costs of the knowledge bases searched. */
  cost: z.number().positive().optional(),
  /** Searches of any knowledge base, probes included. */
  searches: z.number().int().positive().optional(),
});
export type BudgetConfig = z.infer<typeof BudgetConfigSchema>;

const ServerConfigSchema = z.strictObject({
  /** Default 127.0.0.1: this machine alone. */
  host: z.string().min(1).optional(),
  /** Default 8484. */
  port: z.number().int().min(0).max(65535).optional(),
  /** Environment variable with the key that clients send as `Authorization: Bearer`. */
  apiKeyVariable: VariableName.optional(),
  /** Runs at once; more wait in the queue. */
  concurrency: z.number().int().min(1).max(1000).optional(),
  /** Runs that may wait; a request beyond it is answered 503 with `Retry-After`. */
  queue: z.number().int().min(0).max(10_000).optional(),
  /** Largest request body in bytes. */
  bodyLimit: z.number().int().min(1024).max(104_857_600).optional(),
  /** Several keys, each by its SHA-256. */
  keys: z.array(KeyConfigSchema).max(10_000).optional(),
  /** Of a client that has no limit of its own. */
  requestsPerMinute: z.number().int().positive().optional(),
  /** Pages that may ask from a browser. */
  corsOrigins: z.array(z.string().min(1)).optional(),
  /** Share of runs that are traced where the environment asks for traces; default all of them. */
  traceRate: z.number().min(0).max(1).optional(),
  /** Whether requests may put their runs below a trace of their own. */
  acceptTraces: z.boolean().optional(),
  /** Names by which the server may be asked on this machine, besides localhost. */
  allowedHosts: z.array(z.string().min(1)).optional(),
  /** File of the threads, relative to this one; `:memory:` (the default) forgets them when the server ends. */
  threads: z.string().min(1).optional(),
  /** By the name of a knowledge base, the folder of its pictures, relative to this file. */
  pictures: z.record(z.string(), z.string().min(1)).optional(),
});
export type ServerConfig = z.infer<typeof ServerConfigSchema>;

export const RouterConfigSchema = z.strictObject({
  $schema: z.string().optional(),
  /** Stores by a name of your own. */
  stores: z.record(z.string().min(1), StoreConfigSchema).optional(),
  /** The store of knowledge bases that name none: a name from `stores`. Without one, the atlas that ships. */
  store: z.string().min(1).optional(),
  /** Which knowledge bases answer, in order; without it, every one of the store. */
  knowledgeBases: z
    .array(z.strictObject({ name: z.string().min(1), store: z.string().min(1).optional() }))
    .min(1)
    .optional(),
  /** Chat models of the policy and of the reader; `default` stands for whichever of them is not given. */
  models: z
    .strictObject({
      /** For whichever of the others is not given. */
      default: ModelConfigSchema.optional(),
      /** Decides what to ask where. */
      policy: ModelConfigSchema.optional(),
      /** Reads and answers. */
      reader: ModelConfigSchema.optional(),
    })
    .optional(),
  /** Models behind the knowledge bases: `bge-small-en-v1.5/int8`, `owner/name@commit` or a directory; `none` goes without. */
  encoders: z
    .strictObject({
      /** Of texts and tables. */
      text: z.string().min(1).optional(),
      /** Of pictures. */
      image: z.string().min(1).optional(),
      /** Orders again what was found. */
      reranker: z.string().min(1).optional(),
    })
    .optional(),
  /** How knowledge bases with a text encoder join what words and vectors find. */
  fusion: FusionSchema.optional(),
  /** A name as `--policy` takes it. */
  policy: z.string().min(1).optional(),
  /** How a chat model says what it wants. */
  protocol: z.enum(PROTOCOLS).optional(),
  /** What becomes of a step without a valid reply: `question`, `stop` or the name of a knowledge base. */
  fallback: z.string().min(1).optional(),
  /** What a chat model is told that the knowledge bases are called: their own names, or those of the released checkpoints. */
  naming: z.enum(NAMINGS).optional(),
  /** When a chat model sees the question's picture; one that reads text alone never does. */
  imageAt: z.enum(IMAGE_AT).optional(),
  /** Whether the first step asks every knowledge base the question without a call of the model; default for `gguf:` alone. */
  lookFirst: z.boolean().optional(),
  /** Of every random choice. */
  seed: z.union([z.string().min(1), z.number().int()]).optional(),
  budgets: BudgetConfigSchema.optional(),
  server: ServerConfigSchema.optional(),
});
export type RouterConfig = z.infer<typeof RouterConfigSchema>;
