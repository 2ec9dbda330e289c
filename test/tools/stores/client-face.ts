/** What the real client and LocalQdrant have in common: the port and the client's further methods. */
import type { LocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';

export type ClientFace = Omit<LocalQdrant, 'optimize' | 'verify' | 'close'>;
