/**
 * All points of a collection, page by page. The offset of a page can be a BigInt, where ids are larger than the client's types tell.
 */
import type { Schemas } from '@qdrant/js-client-rest';
import type { StorePort } from './port.ts';

type ScrollRequest = NonNullable<Parameters<StorePort['scroll']>[1]>;

/** In order of their ids; with their payloads where the request says nothing else. */
export async function* scrollAll(
  store: Pick<StorePort, 'scroll'>,
  collection: string,
  { signal, ...request }: Omit<ScrollRequest, 'offset' | 'order_by'> & { signal?: AbortSignal } = {},
): AsyncGenerator<Schemas['Record'][]> {
  let offset: ScrollRequest['offset'];
  do {
    signal?.throwIfAborted();
    const page = await store.scroll(collection, { limit: 256, with_payload: true, ...request, offset });
    yield page.points;
    offset = page.next_page_offset as ScrollRequest['offset'];
  } while (offset !== undefined && offset !== null);
}
