/**
 * What of a run is not sent, as the variables of OpenInference and of LangSmith say. OpenInference's own masking knows neither the
 * documents of a search nor the arguments of a function call.
 */

/** The part of OpenInference's `TraceConfigOptions` that is set here; what it does not hold, its variables decide. */
interface HidingConfig {
  hideInputs?: true;
  hideOutputs?: true;
}

export interface HiddenParts {
  config: HidingConfig;
  /** Whether an attribute of this name is kept back. */
  hides(attribute: string): boolean;
}

const OF_INPUTS = ['llm.prompt_template', 'llm.prompts'] as const;
const OF_OUTPUTS = ['retrieval.documents', 'llm.function_call', 'tool.parameters'] as const;

export function hiddenParts(environment: NodeJS.ProcessEnv = process.env): HiddenParts {
  const isSet = (what: 'INPUTS' | 'OUTPUTS') =>
    [`OPENINFERENCE_HIDE_${what}`, `LANGSMITH_HIDE_${what}`, `LANGCHAIN_HIDE_${what}`].some((name) =>
      /^(true|1)$/i.test(environment[name] ?? ''),
    );
  const [inputs, outputs] = [isSet('INPUTS'), isSet('OUTPUTS')];
  const prefixes = [...(inputs ? OF_INPUTS : []), ...(outputs ? OF_OUTPUTS : [])];
  return {
    config: { ...(inputs && { hideInputs: true }), ...(outputs && { hideOutputs: true }) },
    hides: (attribute) => prefixes.some((prefix) => attribute.startsWith(prefix)),
  };
}
