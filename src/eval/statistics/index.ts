/** Statistics of means: intervals, paired tests, spread over seeds. Pure and seeded; training may import it. */
export { type BootstrapOptions, bootstrapMean, type Interval, resampledMeans } from './bootstrap.ts';
export { type PairedOptions, type PairedTest, pairedTest } from './paired.ts';
export { type Spread, spreadOverSeeds } from './spread.ts';
