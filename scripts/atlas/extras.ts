/** Questions beside the chains: those that need no retrieval at all, and those that cannot be answered from the world. */
import { keyedRandom } from '../../src/common/random.ts';
import { type ComposeOptions, type Draft, quotaOf } from './draft.ts';
import { NO_RETRIEVAL } from './extras/no-retrieval.ts';
import { UNANSWERABLE } from './extras/unanswerable.ts';
import { SPLITS } from './split.ts';
import { heldOutWordings } from './wording/wording.ts';

/** All extra questions. `isMentioned` tells whether a document names a word, so that an invented name is truly invented. */
export function composeExtras(options: ComposeOptions, isMentioned: (word: string) => boolean): Draft[] {
  const { seed } = options;
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  for (const split of SPLITS) {
    for (const template of [...NO_RETRIEVAL, ...UNANSWERABLE]) {
      const quota = quotaOf(template, split);
      const held = heldOutWordings(seed, template.id, template.wordings.length);
      const indices = template.wordings.map((_, index) => index);
      let made = 0;
      for (let round = 0; round < quota * 10 && made < quota; round++) {
        const random = keyedRandom(seed, 'extra', template.id, split, round);
        const allowed = indices.filter((index) =>
          split === 'test' && random.below(3) === 0 ? held.has(index) : !held.has(index),
        );
        const index = random.pick(allowed.length > 0 ? allowed : indices.filter((i) => !held.has(i)));
        const result = template.make(random, template.wordings[index]!, split, options);
        if (result === undefined) continue;
        const key = result.question + (result.pictured ?? '');
        const invented =
          result.relation === 'invented' &&
          result.question
            .split(/\W+/)
            .slice(2)
            .some((word) => /^[A-Z]/.test(word) && isMentioned(word));
        if (seen.has(key) || invented) continue;
        seen.add(key);
        made++;
        drafts.push({
          template: template.id,
          wordings: [`${template.id}/${index}`],
          relations: [result.relation],
          question: result.question,
          ...(result.pictured === undefined ? {} : { pictured: result.pictured }),
          answers: result.answers,
          answerable: template.answerable,
          route: template.answerable ? '' : undefined,
          steps: [],
          clusters: result.clusters ?? [],
          sources: result.pictured === undefined ? [] : [result.pictured.startsWith('flags/') ? 'flags' : 'openmoji'],
          split,
        });
      }
    }
  }
  return drafts;
}
