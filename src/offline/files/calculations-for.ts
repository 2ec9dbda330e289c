/**
 * Which calculations over a table an English question may need. Most ask for what one line can say: they rank, count, add up and compare
 * nothing. Of what is no English question nothing is known, and it may need any.
 */
import { FINDS, type Find } from '../../graph/chat-model/protocols/form.ts';
import { words } from '../../tools/encoders/words.ts';
import { comparativeAt, superlativeAt } from '../english/quantities.ts';

const ASKING =
  /\b(?:(?:who|what|when|where|how)'?s|who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|may|must|should)\b/i;
const COUNTING =
  /\bhow many\b|\b(?:the|a) (?:number|mean) of\b|\b(?:total|sum|average|altogether|combined|count|add(?:ed)? up|in all|in total)\b/i;
const COMPARING =
  /\bthan\b|\bat (?:least|most)\b|\b(?:before|after|since|until|between|over|under|above|below|exceeds?|within|both|same|every|each|only)\b|\b(?:the|our|my|your|its|their) (?:first|last|second|third)\b/i;
/** `dearest`, and not `harvest`. */
const RANKING =
  /\b(?!(?:inter|har|for|requ|conqu|arr|prot|cont|sugg|inv|dig|man)est\b)\p{L}{3,}(?:est|most)\b|\bmost\b/iu;
/** `Which products`: every row that fits is wanted. */
const SEVERAL = /\b(?:which|what|list|name|all)(?: \p{L}+)? (?!does\b|has\b|was\b)\p{L}{3,}(?<![sui])s\b/iu;

/** None for what one line can say; the extremes where something is ranked; else all. */
export function calculationsFor(question: string): readonly Find[] {
  if (!ASKING.test(question)) return FINDS;
  const said = words(question);
  const ranks = said.some((word, index) => superlativeAt(word, said[index + 1])) || RANKING.test(question);
  const compares = said.some((word, index) => comparativeAt(word, said[index + 1])) || COMPARING.test(question);
  const counts = COUNTING.test(question);
  if (ranks && !compares && !counts) return ['highest', 'lowest'];
  return ranks || compares || counts || SEVERAL.test(question) ? FINDS : [];
}
