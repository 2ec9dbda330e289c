/** What the parts of the suite share: the test runner's functions and a way to open the store under test. */
import type { StorePort } from '../stores/port.ts';

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
