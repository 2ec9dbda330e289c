/**
 * For a budget that is to be used up, where evidence counts and no answer. A reading is what a reader is shown at one step: what a
 * knowledge base says first to the question, or what it says next. The likeliest ones are planned, by a scorer's word for where the
 * question belongs; of those, tables are read first, since what a row says leads to texts (`row-lead.ts`) and costs nothing more. Pictures
 * are passed over, for more of the tables, where a row tells much of the question and no caption does.
 */

import { searchFor } from '../../graph/decision.ts';
import { askedOnly, type Policy, type PolicyState, type StepContext } from '../../graph/policy.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import type { Candidate } from '../candidates/candidate.ts';
import { wholeQuestion } from '../candidates/candidates.ts';
import { english } from '../english/english.ts';
import type { Language, Words } from '../language.ts';
import { type RowLead, rowLead } from './row-lead.ts';
import { checkLanguage, type LoadedScorer, loadScorer } from './scorer/directory.ts';
import { scorerInput } from './scorer/input.ts';
import { logSoftmax, scorerForward } from './scorer/network.ts';

/** A search brings ten passages and a reader is shown five: asked a third time there is nothing left. */
const SHOWN = 5;
const READINGS = [0, 1];

/** A row that tells this share of the question tells much. */
const MUCH = 0.4;

export interface CoverPolicyOptions {
  /** What one search of a knowledge base leaves of the chance that another one there finds more, in (0, 1). Default 0.02. */
  discount?: number;
  /** Default English. It must be the one that the scorer was trained with. */
  language?: Language;
}

interface Reading {
  knowledgeBase: KnowledgeBaseCard;
  /** How many others of the same knowledge base come before it. */
  after: number;
  /** A log-probability, discounted. */
  worth: number;
}

/** Loads a policy directory. Throws ScorerDirectoryError where it is missing or damaged, ScorerLanguageError for another language. */
export async function openCoverPolicy(directory: string, options: CoverPolicyOptions = {}): Promise<Policy> {
  const language = options.language ?? english();
  return coverPolicy(await loadScorer(directory, { language }), { ...options, language });
}

/**
 * The policy for a budget that is to be used up: it plans the searches that are likeliest to bring evidence. Throws a `ScorerLanguageError`
 * where the scorer was trained with another language.
 */
export function coverPolicy(
  scorer: LoadedScorer,
  { discount = 0.02, language = english() }: CoverPolicyOptions = {},
): Policy {
  checkLanguage(scorer.config, language);
  const { words } = language;
  return {
    name: 'cover',
    version: `2/${scorer.config.checksum.slice(0, 12)}`,
    async decide(state, context) {
      const { question, knowledgeBases, maxSteps } = state;
      const chances = firstChances(scorer, state, language);
      const readings = knowledgeBases
        .flatMap((knowledgeBase, place) =>
          READINGS.map((after) => ({ knowledgeBase, after, worth: chances[place]! + after * Math.log(discount) })),
        )
        .toSorted((a, b) => b.worth - a.worth);
      const planned = readings.slice(0, maxSteps).toSorted(tablesFirst);
      const lead = rowLead(question, await passagesBrought(state, context), words);
      const chosen =
        (await firstNeeded(
          planned,
          (reading) => isNeedless(reading.knowledgeBase, { lead, state, context, words }),
          state,
        )) ?? nextAfterPlan(readings, state);
      if (!chosen) return { decision: { type: 'stop' } };
      const { name, modality } = chosen.knowledgeBase;
      const whole = wholeQuestion(question);
      const row: Candidate | undefined = modality === 'text' && lead ? { ...whole, ...led(lead) } : undefined;
      const subQuestion = lastAsked(state, name) ?? (row ?? whole).subQuestion;
      return {
        decision: searchFor(subQuestion, name),
        thought: chosen.after > 0 ? `${name} is read on.` : `${name} has not been asked yet.`,
        trace: { version: 1, candidates: row ? [whole, row] : [whole] },
      };
    },
  };
}

const led = ({ subQuestion }: RowLead) => ({ subQuestion, provider: 'evidence', kind: 'row' }) as const;

const isTable = ({ knowledgeBase }: Reading): boolean => knowledgeBase.modality === 'table';

/** What is read for the first time comes before what is read on, and of either the tables. */
const tablesFirst = (a: Reading, b: Reading): number => a.after - b.after || Number(isTable(b)) - Number(isTable(a));

/** A step that asked others too is none of a plan of single readings. */
const stepsAt = ({ steps }: PolicyState, name: string) => steps.filter((step) => askedOnly(step, name));

const isLeft = (state: PolicyState, { knowledgeBase, after }: Reading): boolean =>
  stepsAt(state, knowledgeBase.name).length <= after;

/** What a knowledge base was asked: asked the same, it is read on. */
const lastAsked = (state: PolicyState, name: string): string | undefined => stepsAt(state, name).at(-1)?.subQuestion;

/** Everything that the searches of the steps have brought, read or not: asked again, the run's record answers. */
async function passagesBrought({ steps }: PolicyState, context: StepContext): Promise<Passage[]> {
  const found = await Promise.all(
    steps.map(async ({ knowledgeBases, subQuestion, passages }) => {
      const [knowledgeBase, ...others] = knowledgeBases;
      if (knowledgeBase === undefined || others.length > 0) return passages;
      const { passages: all } = await context.search(knowledgeBase, subQuestion);
      return all.length > passages.length ? all : passages;
    }),
  );
  return found.flat();
}

async function firstNeeded(
  planned: readonly Reading[],
  needless: (reading: Reading) => Promise<boolean>,
  state: PolicyState,
): Promise<Reading | undefined> {
  for (const reading of planned) {
    if (isLeft(state, reading) && !(await needless(reading))) return reading;
  }
  return undefined;
}

/** Reading on costs no search; tables first. What was passed over comes last. */
function nextAfterPlan(readings: readonly Reading[], state: PolicyState): Reading | undefined {
  const left = readings.filter((reading) => isLeft(state, reading)).toSorted(tablesFirst);
  const known = left.filter(({ knowledgeBase }) => stepsAt(state, knowledgeBase.name).length > 0);
  return known.find(isTable) ?? known[0] ?? left[0];
}

/** Pictures nobody has read yet, where a row tells much of the question, and no caption is named by it or tells as much. */
async function isNeedless(
  { name, modality }: KnowledgeBaseCard,
  {
    lead,
    state,
    context,
    words: { contentStems },
  }: { lead: RowLead | undefined; state: PolicyState; context: StepContext; words: Words },
): Promise<boolean> {
  if (modality !== 'text-image' || state.image !== undefined || stepsAt(state, name).length > 0) return false;
  if (!lead || lead.told < MUCH) return false;
  const asked = new Set(contentStems(state.question));
  const { passages } = await context.search(name, state.question);
  return !passages.slice(0, SHOWN).some(({ title, text }) => {
    const caption = [...new Set(contentStems((title ?? text).replace(/\s*\([^)]*\)$/, '')))];
    const said = caption.filter((stem) => asked.has(stem)).length;
    return said > 0 && (said === caption.length || said >= lead.told * asked.size);
  });
}

/** Log-probabilities of the knowledge bases, in order, for the question before anything was asked. */
function firstChances(
  scorer: LoadedScorer,
  { question, image, knowledgeBases, maxSteps }: PolicyState,
  language: Language,
): Float64Array {
  const input = scorerInput({
    state: { question, steps: [], maxSteps, hasImage: image !== undefined },
    candidates: [wholeQuestion(question)],
    knowledgeBases,
    shape: scorer.shape,
    looks: { language, probe: () => undefined },
  });
  return logSoftmax(scorerForward(scorer, input).subarray(0, knowledgeBases.length));
}
