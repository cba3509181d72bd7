import type { HoldsReport } from '../../shared/api/holds.ts';
import { askEach, exchangeWithEach, printEach, type Ask, type AskOptions, type EachAnswer } from './ask-each.ts';
import { codeOf } from './listing.ts';
import type { Resolve } from './replicas.ts';
import { EXIT, type Shell } from './shell.ts';

/** Prints what every server holds back. Resolves with the exit code. */
export async function listHolds(options: AskOptions, shell: Shell, resolve?: Resolve): Promise<number> {
  const answers = await askEach(options, { path: '/eurek8s/holds', method: 'GET' }, resolve);
  printEach(answers, options, shell);
  return codeOf(answers);
}

/** What an operator may say of a hold: that the removal is real, or that nothing but a release ends it. */
export type HoldOrder = 'release' | 'keep';

/**
 * Gives the order to every server that has the hold. Resolves with the exit code: a server that holds removals of the same
 * source under another id has not done it.
 */
export async function orderHold(
  order: HoldOrder,
  id: string,
  options: AskOptions,
  shell: Shell,
  resolve?: Resolve,
): Promise<number> {
  const answers = await exchangeWithEach(options, (ask) => orderOne(ask, order, id), resolve);
  printEach(answers, options, shell);
  const outcomes = new Set(answers.map(({ outcome }) => outcome));
  if (outcomes.has('silent') || outcomes.has('misused')) return EXIT.unanswered;
  return outcomes.has('done') && !outcomes.has('refused') && !outcomes.has('other') ? EXIT.done : EXIT.failed;
}

/** Replicas that saw a loss in different pieces hold it under different ids. */
async function orderOne(ask: Ask, order: HoldOrder, id: string): Promise<EachAnswer> {
  const answer = await ask({ path: `/eurek8s/holds/${encodeURIComponent(id)}/${order}`, method: 'POST' });
  if (answer.outcome !== 'absent') return answer;
  const listed = await ask({ path: '/eurek8s/holds', method: 'GET', accept: 'application/json' });
  if (listed.outcome === 'absent') return answer;
  if (listed.outcome !== 'done') return listed;
  const { holds = [] } = JSON.parse(listed.text) as Partial<HoldsReport>;
  const from = id.slice(0, id.lastIndexOf('-'));
  if (!holds.some(({ source }) => source === from)) return answer;
  const text = `${answer.text}: that may be the same loss, seen in other pieces; look at it, and ${order} it there by its own id`;
  return { ...answer, outcome: 'other', text };
}
