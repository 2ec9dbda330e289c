/**
 * The query planner: a question becomes requests to the store. Text alone is BM25, or BM25 and dense vectors joined (`fusion.ts`)
 * where a dense encoder is there; an image is matched view by view against stored images, and its score is
 * joined with the captions' score for the sub-question.
 */
import { userError } from '../../common/errors.ts';
import type { Bm25Encoder } from '../encoders/bm25.ts';
import type { DenseTextEncoder, ImageEncoder, QueryView, Reranker } from '../encoders/encoder.ts';
import type { Modality, Query, SearchOptions } from '../knowledge-base.ts';
import type { Passage } from '../passage.ts';
import type { StorePort } from '../stores/port.ts';
import { DENSE, IMAGE, SPARSE } from './collection.ts';
import type { IndexConfig } from './config.ts';
import { byScoreThenId, fusionQuery, sumOfScores } from './fusion.ts';
import { type PassageHit, PassagePayloadSchema, passageOf } from './passages.ts';
import { queryViews } from './query-views.ts';
import type { SearchSettings } from './search-settings.ts';

export interface SearchTarget {
  name: string;
  modality: Modality;
  store: StorePort;
  collection: string;
  config: IndexConfig;
  encoder: Bm25Encoder;
  dense?: DenseTextEncoder;
  image?: ImageEncoder;
  reranker?: Reranker;
  settings: SearchSettings;
}

type Filter = NonNullable<Parameters<StorePort['query']>[1]['filter']>;
type Request = Parameters<StorePort['queryBatch']>[1]['searches'][number];

interface Point {
  id: string | number;
  score: number;
  payload?: unknown;
}

export async function searchKnowledgeBase(
  target: SearchTarget,
  query: Query,
  options: SearchOptions = {},
): Promise<Passage[]> {
  const { limit = 10, perDocument = 3, signal } = options;
  const { name, config, settings, reranker } = target;
  if (!query.text?.trim() && !query.image) {
    throw userError('empty-query', `Knowledge base "${name}": the query is empty; give it a text, an image or both`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw userError('bad-limit', `Knowledge base "${name}": limit is ${limit}; give a whole number from 1 to 10000`);
  }
  signal?.throwIfAborted();
  const text = query.text?.trim() ?? '';
  const wanted = reranker && text ? Math.max(limit, settings.rerank) : limit;
  const byImage = query.image && target.modality === 'text-image' && target.image;
  const hits = byImage
    ? await imageHits(target, { bytes: query.image!.bytes, text }, { ...options, limit: wanted })
    : await textHits(target, text, { ...options, limit: wanted, perDocument });
  signal?.throwIfAborted();
  const ranked = reranker && text ? await reranked(reranker, text, hits, config, signal) : hits;
  return capped(ranked, perDocument)
    .slice(0, limit)
    .map((hit, rank) => passageOf(hit, rank, name, config));
}

/** At most `perDocument` of a document, the order kept. */
function capped(hits: readonly PassageHit[], perDocument: number): PassageHit[] {
  const counts = new Map<string, number>();
  return hits.filter(({ payload: { document } }) => {
    const count = (counts.get(document) ?? 0) + 1;
    counts.set(document, count);
    return count <= perDocument;
  });
}

async function textHits(
  target: SearchTarget,
  text: string,
  { limit, perDocument, filter, signal }: SearchOptions & { limit: number; perDocument: number },
): Promise<PassageHit[]> {
  const sparse = target.encoder.encodeQuery(text);
  const semantic = await textVectors(target, text, signal);
  if (sparse.indices.length === 0 && semantic.length === 0) return [];
  // Documents of many passages can fill a list; it is fetched longer then, until enough of them are left under the cap.
  for (let fetched = limit * 2; ; fetched *= 4) {
    const points = await rankedPoints(target, { sparse, semantic }, fetched, filter as Filter | undefined);
    const hits = points.map(hitOf);
    if (points.length < fetched || capped(hits, perDocument).length >= limit || fetched > 10_000) return hits;
  }
}

interface SemanticVector {
  query: number[];
  using: string;
}

/** The text for the dense index, and for the images themselves where their encoder reads texts too. */
async function textVectors(
  { dense, image }: SearchTarget,
  text: string,
  signal?: AbortSignal,
): Promise<SemanticVector[]> {
  if (!text) return [];
  const vectors: SemanticVector[] = [];
  if (dense) vectors.push({ query: [...(await dense.encodeQuery(text, signal))], using: DENSE });
  if (image?.encodeText) vectors.push({ query: [...(await image.encodeText(text, signal))], using: IMAGE });
  return vectors;
}

interface ScoredPoint extends Point {
  scores?: Record<string, number>;
}

async function rankedPoints(
  { store, collection, settings }: SearchTarget,
  { sparse, semantic }: { sparse: { indices: number[]; values: number[] }; semantic: SemanticVector[] },
  limit: number,
  filter: Filter | undefined,
): Promise<ScoredPoint[]> {
  const shared = filter ? { filter } : {};
  const words = sparse.indices.length > 0 ? [{ query: sparse, using: SPARSE, ...shared }] : [];
  const vectors = semantic.map((vector) => ({ ...vector, ...shared }));
  const lists = [...words, ...vectors];
  if (lists.length === 1) {
    const { points } = await store.query(collection, { ...lists[0]!, limit, with_payload: true });
    return words.length > 0
      ? points
      : points.map((point) => ({ ...point, scores: { [semantic[0]!.using]: point.score } }));
  }
  const { fusion } = settings;
  const candidates = Math.max(limit, settings.candidates);
  const searches = lists.map((list) => ({ ...list, limit: candidates }));
  if (fusion.by === 'scores') {
    const found = await store.queryBatch(collection, { searches });
    const named = found.map(({ points }, i) => ({ points, name: lists[i]!.using }));
    return withPayload(store, collection, addedUp(named, fusion.words, candidates).slice(0, limit));
  }
  // The fused score says nothing about how good the best match is; the BM25 score beside it does, and costs little.
  const [fused, alone] = await store.queryBatch(collection, {
    searches: [
      {
        prefetch: searches,
        query: fusionQuery(fusion, { words: words.length, vectors: vectors.length }),
        limit,
        with_payload: true,
      },
      ...searches.slice(0, words.length),
    ],
  });
  const bm25 = new Map(alone?.points.map(({ id, score }) => [id, score]));
  return fused!.points.map((point) => ({ ...point, scores: { fused: point.score, sparse: bm25.get(point.id) ?? 0 } }));
}

/** The lists as one by the sum of their scores; the score in each list stays beside it. */
function addedUp(
  lists: readonly { points: readonly Point[]; name: string }[],
  share: number,
  candidates: number,
): ScoredPoint[] {
  const vectors = lists.filter(({ name }) => name !== SPARSE).length;
  const weighted = lists.map(({ points, name }) => {
    if (name !== SPARSE) return { points, weight: (1 - share) / vectors };
    // A list that is not full holds all that share a word with the question: the others have 0.
    return { points, weight: share, absent: points.length < candidates ? 0 : undefined };
  });
  const scores = new Map<Point['id'], Record<string, number>>();
  for (const { points, name } of lists) {
    for (const { id, score } of points) {
      scores.set(id, { sparse: 0, ...scores.get(id), [name === SPARSE ? 'sparse' : name]: score });
    }
  }
  return sumOfScores(weighted).map(({ id, score }) => ({ id, score, scores: { ...scores.get(id), fused: score } }));
}

/** The points with their payloads; one that was deleted meanwhile is left out. */
async function withPayload<Ranked extends Point>(
  store: StorePort,
  collection: string,
  ranked: readonly Ranked[],
): Promise<Ranked[]> {
  const stored = await store.retrieve(collection, { ids: ranked.map(({ id }) => id), with_payload: true });
  const payloads = new Map(stored.map(({ id, payload }) => [id, payload]));
  return ranked.flatMap((point) => (payloads.has(point.id) ? [{ ...point, payload: payloads.get(point.id) }] : []));
}

function hitOf({ payload, score, scores }: Point & { scores?: Record<string, number> }): PassageHit {
  return { payload: PassagePayloadSchema.parse(payload), score, ...(scores ? { scores } : {}) };
}

/**
 * Score = (1 - w) image + w caption. The image part is the best weighted cosine among the views of the query, the caption part the BM25
 * score of the sub-question as a share of the best caption's. After UniIR's score fusion (arXiv 2311.17136), which adds the
 * two similarities.
 */
async function imageHits(
  { store, collection, encoder, image, settings }: SearchTarget,
  { bytes, text }: { bytes: Uint8Array; text: string },
  { limit, filter, signal }: SearchOptions & { limit: number },
): Promise<PassageHit[]> {
  const views = await withText(image!, await queryViews(image!, bytes, signal), text, signal);
  const sparse = encoder.encodeQuery(text);
  const candidates = Math.max(limit * 2, settings.candidates);
  const base = { limit: candidates, with_payload: false, ...(filter ? { filter: filter as Filter } : {}) };
  const searches: Request[] = views.map(({ vector }) => ({ ...base, query: [...vector], using: IMAGE }));
  if (sparse.indices.length > 0) searches.push({ ...base, query: sparse, using: SPARSE });
  const lists = await store.queryBatch(collection, { searches });

  const imageScores = new Map<string | number, number>();
  for (const [i, { weight }] of views.entries()) {
    for (const { id, score } of lists[i]!.points)
      imageScores.set(id, Math.max(weight * score, imageScores.get(id) ?? 0));
  }
  const captions = lists[views.length]?.points ?? [];
  const bestCaption = captions[0]?.score ?? 1;
  const captionScores = new Map(captions.map(({ id, score }) => [id, score / bestCaption]));
  const weight = captions.length > 0 ? settings.captionWeight : 0;
  const ranked = [...new Set([...imageScores.keys(), ...captionScores.keys()])]
    .map((id) => {
      const scores = { image: imageScores.get(id) ?? 0, caption: captionScores.get(id) ?? 0 };
      return { id, scores, score: (1 - weight) * scores.image + weight * scores.caption };
    })
    .sort(byScoreThenId)
    .slice(0, limit);
  return (await withPayload(store, collection, ranked)).map(hitOf);
}

/** Image and text as one query, where the encoder puts both into one space: the sum of their vectors, as UniIR's score fusion. */
async function withText(
  image: ImageEncoder,
  views: QueryView[],
  text: string,
  signal?: AbortSignal,
): Promise<QueryView[]> {
  if (!text || !image.encodeText) return views;
  const vector = await image.encodeText(text, signal);
  return views.map((view) => ({ ...view, vector: view.vector.map((value, i) => value + vector[i]!) }));
}

async function reranked(
  reranker: Reranker,
  text: string,
  hits: PassageHit[],
  config: IndexConfig,
  signal: AbortSignal | undefined,
): Promise<PassageHit[]> {
  const texts = hits.map((hit) => {
    const { title, text: body } = passageOf(hit, 0, '', config);
    return title && !hit.payload.table ? `${title}\n${body}` : body;
  });
  const scores = await reranker.score(text, texts, signal);
  return hits
    .map((hit, i) => ({
      ...hit,
      score: scores[i]!,
      scores: { ...hit.scores, retrieval: hit.score, rerank: scores[i]! },
    }))
    .sort((a, b) => b.score - a.score);
}
