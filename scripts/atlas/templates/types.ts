/**
 * The shapes of questions. A chain starts from a name, a picture, a place or a description, goes through bridge relations, and
 * ends in a final relation; a comparison sets two chains against each other. Held-out shapes occur in the test split only.
 */

/** Where a chain starts: `name` costs no look-up, all others are a first hop in the knowledge base that knows them. */
export type Base =
  | 'name'
  | 'flag'
  | 'picture'
  | 'place'
  | 'person'
  | 'animal'
  | 'plant'
  | 'element'
  | 'symbol'
  | 'number'
  | 'scientific'
  | 'domain'
  | 'food'
  | 'thing'
  | 'iso'
  | 'capital-city';

export interface ChainTemplate {
  id: string;
  base: Base;
  bridges?: string[];
  /** Final relations; empty: the question asks for the base itself. */
  finals: string[];
  heldOut?: boolean;
  /** Questions in train and in test; validation gets a sixth of train. */
  quota: { train: number; test: number };
  /** Prefix of the keys of the subjects, to keep one kind: `country:`, `synset:`. */
  subjects?: string;
}

export interface ComparisonTemplate {
  id: string;
  left: { base: Base; bridges?: string[] };
  right: { base: Base; bridges?: string[] };
  relations: string[];
  form: 'which' | 'yes-no';
  heldOut?: boolean;
  quota: { train: number; test: number };
}
