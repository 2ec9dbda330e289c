/**
 * The contract of a store: what every provider of the port must do. Hand it your test runner's functions and a way to open an
 * empty store; it registers the tests.
 *
 *   import { describe, it, expect } from 'vitest';
 *   import { registerStoreContract } from 'r1-router/contract';
 *   registerStoreContract({ describe, it, expect }, { name: 'my store', open: async () => ({ store, close }) });
 */
import type { StorePort } from '../stores/port.ts';
import { registerCollectionContract } from './collections.ts';
import { registerFilterContract } from './filters.ts';
import { registerPointContract } from './points.ts';
import { registerQueryContract } from './queries.ts';
import { registerRefusalContract } from './refusals.ts';

/** The part of a test runner that the suite uses; vitest and jest have it. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
  expect(value: unknown): Expectation;
}

export interface Expectation {
  toBe(value: unknown): unknown;
  toEqual(value: unknown): unknown;
  toBeCloseTo(value: number, digits?: number): unknown;
}

export interface OpenStore {
  store: StorePort;
  close(): Promise<void>;
}

export interface StoreProvider {
  /** Appears in the names of the tests. */
  name: string;
  /** A store to work in. It need not be empty: the suite makes collections of its own and deletes them. */
  open(): Promise<OpenStore>;
}

/** What each part of the suite gets. */
export interface ContractContext {
  runner: TestRunner;
  /** Runs `body` with a store and a collection name of its own; deletes the collection afterwards. */
  withStore(body: (store: StorePort, collection: string) => Promise<void>): () => Promise<void>;
}

let collections = 0;

export function registerStoreContract(runner: TestRunner, { name, open }: StoreProvider): void {
  const withStore: ContractContext['withStore'] = (body) => async () => {
    const { store, close } = await open();
    collections += 1;
    // The process id keeps two runs against one server apart.
    const collection = `contract-${process.pid}-${collections}`;
    try {
      await body(store, collection);
    } finally {
      await store.deleteCollection(collection).catch(() => false);
      await close();
    }
  };
  const context = { runner, withStore };
  runner.describe(`store contract: ${name}`, () => {
    registerCollectionContract(context);
    registerPointContract(context);
    registerFilterContract(context);
    registerQueryContract(context);
    registerRefusalContract(context);
  });
}
