/**
 * The models that are known by name, each pinned to a commit of its repository with size and SHA-256 of every file. Nothing here
 * is fetched before it is asked for. Revisions and checksums are those that Hugging Face publishes for these commits.
 */

export type Variant = 'fp32' | 'int8';
export type ModelKind = 'text' | 'text-image' | 'reranker';

export interface ModelFile {
  /** In the repository, and below the model's directory. */
  path: string;
  bytes?: number;
  sha256?: string;
  /** Fetched for this variant only. */
  variant?: Variant;
  /** Left out where the repository has no such file. */
  optional?: boolean;
}

export interface ModelSpec {
  name: string;
  kind: ModelKind;
  repository: string;
  /** A full commit id. */
  revision: string;
  /** SPDX; of the weights. */
  licence?: string;
  files: readonly ModelFile[];
  /** Overrides of what the model's own configuration files say or leave out. */
  pooling?: 'cls' | 'mean';
  queryPrefix?: string;
  documentPrefix?: string;
  maxTokens?: number;
}

export const DEFAULT_TEXT_MODEL = 'bge-small-en-v1.5';
export const DEFAULT_IMAGE_MODEL = 'clip-vit-base-patch32';
export const DEFAULT_RERANKER = 'ms-marco-MiniLM-L-6-v2';

/** BERT's lower-case English word pieces, shared by several models. */
const BERT_TOKENIZER: ModelFile = {
  path: 'tokenizer.json',
  bytes: 711_396,
  sha256: 'd241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66',
};

export const MODELS: readonly ModelSpec[] = [
  {
    name: DEFAULT_TEXT_MODEL,
    kind: 'text',
    repository: 'Xenova/bge-small-en-v1.5',
    revision: 'ea104dacec62c0de699686887e3f920caeb4f3e3',
    licence: 'MIT',
    pooling: 'cls',
    queryPrefix: 'Represent this sentence for searching relevant passages: ',
    maxTokens: 512,
    files: [
      {
        path: 'onnx/model.onnx',
        bytes: 133_093_490,
        sha256: '828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35',
        variant: 'fp32',
      },
      {
        path: 'onnx/model_quantized.onnx',
        bytes: 34_014_426,
        sha256: '6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4',
        variant: 'int8',
      },
      BERT_TOKENIZER,
      { path: 'tokenizer_config.json', sha256: '9261e7d79b44c8195c1cada2b453e55b00aeb81e907a6664974b4d7776172ab3' },
      { path: 'config.json', bytes: 683, sha256: 'fa73f90bf92c8cace1fbcb709626306f2bdbc9ea3e5b5f94b440df9b6aa56350' },
    ],
  },
  {
    name: 'bge-m3',
    kind: 'text',
    repository: 'BAAI/bge-m3',
    revision: '5617a9f61b028005a4858fdac845db406aefb181',
    licence: 'MIT',
    pooling: 'cls',
    // It reads 8192; passages here are far shorter, and attention costs the square of the length.
    maxTokens: 1024,
    files: [
      {
        path: 'onnx/model.onnx',
        bytes: 724_923,
        sha256: 'f84251230831afb359ab26d9fd37d5936d4d9bb5d1d5410e66442f630f24435b',
      },
      {
        path: 'onnx/model.onnx_data',
        bytes: 2_266_820_608,
        sha256: '1eebfb28493f67bba03ce0ef64bfdc7fc5a3bd9d7493f818bb1d78cd798416b4',
      },
      {
        path: 'onnx/Constant_7_attr__value',
        bytes: 65_552,
        sha256: 'cdf16f72c5d07b36484056e601ed9687f78477e5d85cee85a34f2406b7fb5906',
      },
      {
        path: 'tokenizer.json',
        bytes: 17_098_108,
        sha256: '21106b6d7dab2952c1d496fb21d5dc9db75c28ed361a05f5020bbba27810dd08',
      },
      {
        path: 'tokenizer_config.json',
        bytes: 444,
        sha256: 'a62b2b6784f990259fddef5f16388693a8043be4f69179e6a5257eeb3f9abac4',
      },
      { path: 'config.json', bytes: 687, sha256: '26159e7ad065073448460117eb24b7a4572f6f4e78eadff65dc0a11c052449fa' },
    ],
  },
  {
    name: DEFAULT_IMAGE_MODEL,
    kind: 'text-image',
    repository: 'Xenova/clip-vit-base-patch32',
    revision: 'd15189d7028b43f1d3e65039190477f6af591c2a',
    licence: 'MIT',
    maxTokens: 77,
    files: [
      {
        path: 'onnx/vision_model.onnx',
        bytes: 351_685_709,
        sha256: 'fd6e1402a588279d1723c7534d4bcba5bc0b14b47dfab0e46f8c47b8270d7d40',
        variant: 'fp32',
      },
      {
        path: 'onnx/text_model.onnx',
        bytes: 254_058_553,
        sha256: '3f6571f5bad13a97c469c1622e1cfc4d9aef78b79fdbfcff804ca357bfada8cc',
        variant: 'fp32',
      },
      {
        path: 'onnx/vision_model_quantized.onnx',
        bytes: 89_117_001,
        sha256: '583fd1110a514667812fee7d684952aaf82a99b959760c8d7dca7e0ab9839299',
        variant: 'int8',
      },
      {
        path: 'onnx/text_model_quantized.onnx',
        bytes: 64_504_507,
        sha256: '73baab855d406190da9faa498cfedf65f15cf309f4cc7385b7b032e6d08e5c3a',
        variant: 'int8',
      },
      {
        path: 'tokenizer.json',
        bytes: 2_224_119,
        sha256: 'f7f3b7af117d467b58374797691a6438d3e6b9e9cef800dfd5dced7f697a90cd',
      },
      { path: 'tokenizer_config.json', optional: true },
      {
        path: 'preprocessor_config.json',
        bytes: 520,
        sha256: '6f638fb9401a6d6296feff533ee7efe657b787c49f954f82f5906b36ef2a1b1f',
      },
    ],
  },
  {
    name: DEFAULT_RERANKER,
    kind: 'reranker',
    repository: 'Xenova/ms-marco-MiniLM-L-6-v2',
    revision: 'a09144355adeed5f58c8ed011d209bf8ee5a1fec',
    licence: 'Apache-2.0',
    maxTokens: 512,
    files: [
      {
        path: 'onnx/model.onnx',
        sha256: 'c623d0bcb99f4622beb413eaef00cfbe5db20df9f1dd982da4b4f26022881870',
        variant: 'fp32',
      },
      {
        path: 'onnx/model_quantized.onnx',
        bytes: 23_143_499,
        sha256: 'e9d8ebf845c413e981c175bfe49a3bfa9b3dcce2a3ba54875ee5df5a58639fbe',
        variant: 'int8',
      },
      BERT_TOKENIZER,
      { path: 'tokenizer_config.json', sha256: '0b29c7bfc889e53b36d9dd3e686dd4300f6525110eaa98c76a5dafceb2029f53' },
      { path: 'config.json', sha256: 'd827779a72d27ae68cf878a6fc2e954542663fe21ca515d9f4783fc96be2d37e' },
    ],
  },
];

/** What a sentence-transformers export of an unlisted repository has. Checksums are taken from the server's headers. */
export function unlistedFiles(kind: ModelKind): readonly ModelFile[] {
  const graphs: ModelFile[] =
    kind === 'text-image'
      ? [
          { path: 'onnx/vision_model.onnx', variant: 'fp32' },
          { path: 'onnx/text_model.onnx', variant: 'fp32' },
          { path: 'onnx/vision_model_quantized.onnx', variant: 'int8' },
          { path: 'onnx/text_model_quantized.onnx', variant: 'int8' },
          { path: 'preprocessor_config.json' },
        ]
      : [
          { path: 'onnx/model.onnx', variant: 'fp32' },
          { path: 'onnx/model.onnx_data', variant: 'fp32', optional: true },
          { path: 'onnx/model_quantized.onnx', variant: 'int8' },
        ];
  const optional = ['config.json', 'tokenizer_config.json'].concat(
    kind === 'text'
      ? ['modules.json', '1_Pooling/config.json', 'config_sentence_transformers.json', 'sentence_bert_config.json']
      : [],
  );
  return [...graphs, { path: 'tokenizer.json' }, ...optional.map((path) => ({ path, optional: true }))];
}
