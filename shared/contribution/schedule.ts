import { err, ok, type Result } from '../result.ts';
import { counted, printable } from '../text/printable.ts';
import { describeDuration, parseDuration } from '../text/duration.ts';
import { rfc3339 } from '../text/rfc3339.ts';
import {
  describeFixedTraffic,
  parseFixedTraffic,
  type FixedTraffic,
  type Schedule,
  type ScheduleStep,
  type Traffic,
} from './traffic.ts';

const MAX_STEPS = 50;
/** A shorter step would be over before callers see it. */
const MIN_STEP = '1s';
const MAX_STEP = '365d';
const MIN_STEP_MS = parseDuration(MIN_STEP) ?? 0;
const MAX_STEP_MS = parseDuration(MAX_STEP) ?? 0;
/** Characters of a refused step that a reason quotes. */
const MAX_QUOTED = 40;

/** The position in a schedule at one moment. */
export interface SchedulePosition {
  readonly schedule: Schedule;
  /** From 1; 0 before the start. */
  readonly step: number;
  readonly percent: number;
  /** Absent in the last step. `at` in epoch milliseconds. */
  readonly next: { readonly at: number; readonly percent: number } | undefined;
}

/** The traffic that is in effect at one moment. */
export interface CurrentTraffic {
  readonly fixed: FixedTraffic;
  /** Present only for a schedule. */
  readonly position: SchedulePosition | undefined;
}

/** Parses the steps of a schedule, `1% 10m, 10% 1h, 100%`. The error names the step and its problem. */
export function parseSteps(text: string): Result<readonly ScheduleStep[], string> {
  const written = text.split(',');
  if (written.length > MAX_STEPS) return err(`${written.length} steps are more than ${MAX_STEPS}`);
  const steps: ScheduleStep[] = [];
  for (const [i, one] of written.entries()) {
    const step = parseStep(one.trim(), i === written.length - 1);
    if (!step.ok) return err(`step ${i + 1}${quoted(one.trim())} ${step.error}`);
    steps.push(step.value);
  }
  return ok(steps);
}

function parseStep(text: string, isLast: boolean): Result<ScheduleStep, string> {
  if (text === '') return err('is empty');
  const [share = '', duration, ...more] = text.split(/\s+/);
  const fixed = parseFixedTraffic(share);
  if (fixed?.kind !== 'share') return err('does not begin with a share from "0%" to "100%"');
  if (more.length > 0) return err('has more than a share and how long it lasts: commas part the steps');
  const { percent } = fixed;
  if (isLast)
    return duration === undefined ? ok({ percent, lasts: 0 }) : err('is the last one: it lasts, so say nothing more');
  const lasts = duration === undefined ? undefined : parseDuration(duration);
  if (lasts === undefined || lasts < MIN_STEP_MS || lasts > MAX_STEP_MS)
    return err(`does not say how long it lasts, from ${MIN_STEP} to ${MAX_STEP}, such as 10m, 1h or 2d`);
  return ok({ percent, lasts });
}

function quoted(step: string): string {
  return step === '' ? '' : ` "${printable(step, MAX_QUOTED)}"`;
}

/**
 * `now` in epoch milliseconds. The position depends on the schedule and the clock alone, so that all replicas agree.
 */
export function positionAt(schedule: Schedule, now: number): SchedulePosition {
  let [step, percent] = [0, 0];
  let endsAt = schedule.startsAt;
  for (const each of schedule.steps) {
    if (now < endsAt) return { schedule, step, percent, next: { at: endsAt, percent: each.percent } };
    step += 1;
    percent = each.percent;
    endsAt += each.lasts;
  }
  return { schedule, step, percent, next: undefined };
}

export function trafficAt(traffic: Traffic, now: number): CurrentTraffic {
  if (traffic.kind !== 'schedule') return { fixed: traffic, position: undefined };
  const position = positionAt(traffic, now);
  return { fixed: { kind: 'share', percent: position.percent }, position };
}

/** `25%`, or for a schedule `10% (step 2 of 4 of a schedule, 50% at 2026-03-01T10:00:00Z)`. */
export function describeCurrent({ fixed, position }: CurrentTraffic): string {
  if (position === undefined) return describeFixedTraffic(fixed);
  const { schedule, step, next } = position;
  const steps = schedule.steps.length;
  const where =
    step === 0 ? `before a schedule of ${counted(steps, 'step')}` : `step ${step} of ${steps} of a schedule`;
  const coming = next === undefined ? '' : `, ${describeNext(next)}`;
  return `${describeFixedTraffic(fixed)} (${where}${coming})`;
}

const OF_SCHEDULE = /^(\S+) \(((?:before|step \d+ of \d+ of) a schedule).*\)$/;

/** The same for a column: `10% of a schedule`, `0% before a schedule`. The whole is told where one setting is explained. */
export function describeShortly(current: string): string {
  const [, percent, where] = OF_SCHEDULE.exec(current) ?? [];
  if (percent === undefined || where === undefined) return current;
  return `${percent} ${where.startsWith('before') ? 'before' : 'of'} a schedule`;
}

/** `50% at 2026-03-01T10:00:00Z`. */
export function describeNext({ at, percent }: NonNullable<SchedulePosition['next']>): string {
  return `${percent}% at ${rfc3339(at)}`;
}

/** The setting as annotations write it. */
export function describeTraffic(traffic: Traffic): string {
  return traffic.kind === 'schedule'
    ? `${describeSteps(traffic)} from ${rfc3339(traffic.startsAt)}`
    : describeFixedTraffic(traffic);
}

/** `1% 10m, 10% 1h, 100%`. */
export function describeSteps({ steps }: Schedule): string {
  return steps
    .map(({ percent, lasts }, i) => (i === steps.length - 1 ? `${percent}%` : `${percent}% ${describeDuration(lasts)}`))
    .join(', ');
}
