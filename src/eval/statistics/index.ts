/** Statistics of means: intervals, paired tests, spread over seeds. Pure and seeded; training may import it. */
export * from './bootstrap.ts';
export * from './paired.ts';
export * from './spread.ts';
