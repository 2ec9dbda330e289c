/** The wordings of one relation. */
export interface Wording {
  asks: string[];
  of?: string[];
  /** Never occurs in train or validation. */
  heldOut?: boolean;
}
