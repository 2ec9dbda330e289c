/**
 * Milliseconds for what takes more than two seconds on an idle machine: a training, a command, a kill and what comes after it. A
 * shared machine can be ten times slower. Whole files of such tests are named in vitest.config.ts; a single test is given it.
 */
export const SLOW = 180_000;
/** The same for the large volumes of `npm run test:full`. */
export const FULL_VOLUME = 1_200_000;
