/** The tokens that a decision in the tags is written with. */

export const END_OF_TURN = '<|im_end|>';
export const SPECIAL_TOKENS = ['<|im_start|>', END_OF_TURN] as const;

/** What stands between the parts of a decision without a thought: one token each halves what has to be sampled. */
export const DECISION_TOKENS = ['<think></think><sub-question>', '</sub-question><ret>', '</ret>'] as const;
