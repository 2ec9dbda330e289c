/** The router loads models and native parts at run time, which a bundler must leave where they are. */
export default {
  serverExternalPackages: ['r1-router'],
};
