/** The environment's own tracing (`LANGSMITH_TRACING=true`), switched off for a while: for rollouts and benchmarks. */

/** All names under which LangChain and LangSmith look. */
const VARIABLES = ['LANGSMITH_TRACING', 'LANGSMITH_TRACING_V2', 'LANGCHAIN_TRACING_V2', 'LANGCHAIN_TRACING'] as const;

/**
 * Runs `work` with tracing off and restores the environment afterwards. It is the environment of the whole process, so do not
 * serve traced questions from the same process at the same time. Explicit tracers in `callbacks` go on.
 */
export async function withoutAmbientTracing<T>(work: () => Promise<T>): Promise<T> {
  const before = VARIABLES.map((name) => process.env[name]);
  for (const name of VARIABLES) process.env[name] = 'false';
  try {
    return await work();
  } finally {
    for (const [index, name] of VARIABLES.entries()) {
      const value = before[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
