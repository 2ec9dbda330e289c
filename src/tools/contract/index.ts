/**
 * The contract of a store: what every provider of the port must do. Hand it your test runner's functions and a way to open an
 * empty store; it registers the tests.
 *
 *   import { describe, it, expect } from 'vitest';
 *   import { registerStoreContract } from 'r1-router/contract';
 *   registerStoreContract({ describe, it, expect }, { name: 'my store', open: async () => ({ store, close }) });
 */
import { registerCollectionContract } from './collections.ts';
import type { ContractContext, StoreProvider, TestRunner } from './context.ts';
import { registerFilterContract } from './filters.ts';
import { registerPointContract } from './points.ts';
import { registerQueryContract } from './queries.ts';
import { registerRefusalContract } from './refusals.ts';

export type { Expectation, OpenStore, StoreProvider, TestRunner } from './context.ts';

let collections = 0;

/** Registers the tests that every store must pass, with the functions of your test runner. */
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
