import type { CallCounts } from './callers.ts';
import type { ChangeCounts } from './changes.ts';
import { isInjected, type FaultKind, type InjectedFault } from './faults.ts';
import { median } from './figures.ts';
import type { Violation } from './observation.ts';
import type { ResidentMemory } from './resident-memory.ts';
import type { WatchCounts } from './watcher.ts';

export interface Outcome {
  readonly minutes: number;
  readonly seed: number;
  readonly faults: readonly InjectedFault[];
  readonly recovery: ReadonlyMap<FaultKind, readonly number[]>;
  readonly watched: readonly WatchCounts[];
  readonly writes: Readonly<Record<string, number>>;
  readonly changes: ChangeCounts;
  readonly calls: CallCounts;
  readonly failures: Readonly<Record<string, number>>;
  readonly memory: readonly ResidentMemory[];
  readonly suspiciousLines: number;
  readonly violations: readonly Violation[];
  /** Older states of instances that the replicas showed again because the legacy itself did. */
  readonly followed: number;
  /** Those that they showed with the mark of a cancel, while that was under way. */
  readonly marked: number;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** All lines of the report, for people. */
export function reportLines(outcome: Outcome): readonly string[] {
  return [...faultTable(outcome), '', ...figures(outcome), '', ...violationLines(outcome)];
}

function faultTable({ faults, recovery }: Outcome): readonly string[] {
  const kinds = [...new Set(faults.map(({ kind }) => kind))].toSorted().filter((kind) => kind !== 'start');
  const rows = kinds.map((kind) => {
    const times = kind === 'machine stalled' ? [] : (recovery.get(kind) ?? []);
    const count = faults.filter((fault) => fault.kind === kind).length;
    const right = times.length === 0 ? '' : `${seconds(median(times))} s, at most ${seconds(Math.max(...times))} s`;
    return [kind, `${count}`, right];
  });
  const table = [['fault', 'times', 'to right again (with what overlapped)'], ...rows];
  const widths = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function figures(outcome: Outcome): readonly string[] {
  const { minutes, seed, watched, writes, changes, calls, failures, memory, suspiciousLines, violations, faults } =
    outcome;
  const sum = (count: (each: WatchCounts) => number): number => watched.reduce((all, each) => all + count(each), 0);
  const answers = (kind: keyof WatchCounts['answers']): number => sum((each) => each.answers[kind]);
  const wrong = violations.filter(({ where }) => where.startsWith('replica-')).length;
  const all = answers('full') + answers('delta') + answers('application') + answers('vip');
  const injected = faults.filter(isInjected).length;
  const shown = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} × ${name}`)
      .join(', ') || 'none';
  return [
    `minutes            ${minutes} (seed ${seed})`,
    `faults injected    ${injected}`,
    `changes            ${changes.ec2} on EC2, ${changes.kubernetes} in Kubernetes`,
    `answers checked    ${all}: ${answers('full')} full, ${answers('delta')} deltas, ${answers('application')} applications, ${answers('vip')} vips`,
    `wrong answers      ${wrong}`,
    `older states       ${outcome.followed} shown again after the legacy itself had shown them again; ${outcome.marked} with the mark of a cancel that was under way`,
    `not ready          ${sum((each) => each.notReady)} (503 before the first answer of a process)`,
    `no answer          ${sum((each) => each.unanswered)} (killed, stopped)`,
    `hash mismatches    ${sum((each) => each.hashMismatchesAfterRestarts)}, all at the first delta after a restart; there ${sum((each) => each.unnoticedAfterRestarts)} times a view differed under the same hash code`,
    `writes             ${shown(writes)}`,
    `calls              ${calls.calls}, ${calls.failed} failed (${shown(failures)})`,
    `dead addresses     ${calls.dead} calls, the latest ${seconds(calls.latestDeadMs)} s after the death; ${calls.deadTooLate} later than a stock Eureka's lag allows`,
    `unhandled errors   ${suspiciousLines}`,
    ...memory.map((each, i) => {
      const { minutes: lived, firstMb, lastMb, slope } = each.figures();
      const of = `longest process ${lived.toFixed(1)} min`;
      return `memory replica-${i}   ${of}: ${firstMb.toFixed(0)} MB after a minute, ${lastMb.toFixed(0)} MB at the end, ${slope.toFixed(2)} MB/min`;
    }),
  ];
}

export function shownViolation({ kind, at, where, what, during }: Violation): string {
  return `WRONG (${kind}) at ${seconds(at)} s, ${where}: ${what}\n      injected: ${during}`;
}

/** The first of each kind: one fault can make thousands. */
const SHOWN_OF_EACH = 12;

function violationLines({ violations }: Outcome): readonly string[] {
  if (violations.length === 0) return ['nothing wrong'];
  const counts = new Map<string, number>();
  const lines = violations.flatMap((violation) => {
    const count = (counts.get(violation.kind) ?? 0) + 1;
    counts.set(violation.kind, count);
    return count <= SHOWN_OF_EACH ? [shownViolation(violation)] : [];
  });
  return [...lines, ...[...counts].map(([kind, count]) => `${count} × ${kind}`)];
}
