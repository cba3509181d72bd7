import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { PendingWrite, Taker, Verdict } from '../view/pending-writes.ts';
import { isAnew, shows } from '../view/write-evidence.ts';
import type { InstanceAnswer, LegacyServer } from '../wire/legacy-server.ts';

export interface Answered {
  readonly taker: Taker;
  readonly answer: InstanceAnswer;
}

interface Found {
  readonly taker: Taker;
  readonly answer: InstanceRecord;
}

/**
 * What several servers say of an instance, of which nobody knows for sure which of them has it. The first one that has
 * it as it was written, or newer, is taken for its server. Another one may be behind, or cut off.
 */
export function verdictOf(write: PendingWrite, answers: readonly Answered[], polled: LegacyServer): Verdict {
  const { record } = write;
  const found = answers.flatMap(({ taker, answer }): Found[] =>
    typeof answer === 'string' ? [] : [{ taker, answer }],
  );
  const fits = found.find(({ taker, answer }) =>
    record === undefined ? isAnew(write, answer, taker.server) : shows(record, answer),
  );
  if (fits !== undefined) return { ...fits, isPolled: false };
  // Whoever does not have it may be the one that heard of the cancel.
  if (record === undefined && answers.some(({ answer }) => answer === 'none')) return NONE;
  const silent = answers.filter(({ answer }) => answer === 'no-answer');
  if (silent.length > 0)
    return { answer: 'no-answer', taker: undefined, isPolled: silent.every(({ taker }) => taker.server === polled) };
  const [first] = found;
  return first === undefined ? NONE : { answer: first.answer, taker: undefined, isPolled: false };
}

const NONE: Verdict = { answer: 'none', taker: undefined, isPolled: false };
