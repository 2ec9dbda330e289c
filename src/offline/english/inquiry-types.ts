export type AnswerType = 'number' | 'date' | 'person' | 'place' | 'yes-no' | 'picture' | 'thing';

export interface Inquiry {
  text: string;
  /**
   * `attribute`: a property of something named; `class`: something of a class that fits (`which country borders ...`);
   * `describe`: what something is; `claim`: yes or no; `count`: how many.
   */
  form: 'attribute' | 'class' | 'describe' | 'claim' | 'count';
  expected: AnswerType;
  /** Stems of what is asked: `capital`; `born`; for a class, its noun. */
  attribute: string[];
  /** As written, without articles. */
  attributeText: string;
  /** What it is asked about, as written: names, quotations, descriptions. */
  subject: string;
  /** Stems of the asked phrase: `what sort of creature`. */
  asked: string[];
  /** Stems of the verbs. */
  verbs: string[];
  /** Stems of the subject and of whatever else is said. */
  subjectStems: string[];
  /** Runs of names, quotations and numbers in the question, as written. */
  names: string[];
  superlative?: { attributes: readonly string[]; noun: string; direction: 1 | -1; rank: number };
  /** The preposition the answer stands behind: `from` of `from whom`, `which country ... from`. */
  preposition?: string;
  /** For a claim: the property and the value claimed, where the sentence shows which is which. */
  claim?: { property: string; value: string };
}
