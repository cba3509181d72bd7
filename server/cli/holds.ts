import { askEach, printEach, type AskOptions } from './ask-each.ts';
import type { Resolve } from './replicas.ts';
import { EXIT, type Shell } from './shell.ts';

/** Prints what every server holds back. Resolves with the exit code. */
export async function listHolds(options: AskOptions, shell: Shell, resolve?: Resolve): Promise<number> {
  const answers = await askEach(options, { path: '/eurek8s/holds', method: 'GET' }, resolve);
  printEach(answers, options, shell);
  return answers.every(({ outcome }) => outcome === 'done') ? EXIT.done : EXIT.unanswered;
}

/** What an operator may say of a hold: that the removal is real, or that nothing but a release ends it. */
export type HoldOrder = 'release' | 'keep';

/** Gives the order to every server that has the hold. Resolves with the exit code. */
export async function orderHold(
  order: HoldOrder,
  id: string,
  options: AskOptions,
  shell: Shell,
  resolve?: Resolve,
): Promise<number> {
  const path = `/eurek8s/holds/${encodeURIComponent(id)}/${order}`;
  const answers = await askEach(options, { path, method: 'POST' }, resolve);
  printEach(answers, options, shell);
  const outcomes = new Set(answers.map(({ outcome }) => outcome));
  if (outcomes.has('silent') || outcomes.has('misused')) return EXIT.unanswered;
  return outcomes.has('done') && !outcomes.has('refused') ? EXIT.done : EXIT.failed;
}
