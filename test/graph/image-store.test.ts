import { expect, it } from 'vitest';
import { memoryImageStore } from '../../src/graph/image-store.ts';

it('a picture that is given again is the one that is held: what was worked out for its bytes stays', async () => {
  const images = memoryImageStore();
  const hash = await images.put(Uint8Array.of(1, 2, 3));
  const first = await images.get(hash);
  expect(await images.put(Uint8Array.of(1, 2, 3))).toBe(hash);
  expect((await images.get(hash))!.bytes).toBe(first!.bytes);
});

it('one that is given again counts as used: the others are forgotten first', async () => {
  const images = memoryImageStore({ maximumBytes: 6 });
  const [first, second] = [await images.put(Uint8Array.of(1, 1)), await images.put(Uint8Array.of(2, 2))];
  await images.put(Uint8Array.of(1, 1));
  await images.put(Uint8Array.of(3, 3, 3));
  expect(await images.get(second)).toBeUndefined();
  expect(await images.get(first)).toBeDefined();
});
