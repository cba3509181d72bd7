import type { InstanceStatus } from '../model/instance.ts';
import { counted, indent, printable } from '../text/printable.ts';
import { namesakeText } from './namesakes.ts';
import type { Explanation } from './explain.ts';
import type { ExplainedEntry } from './explained-entry.ts';

/** Milliseconds. */
export const MAX_WAIT_MS = 3_600_000;

/** What `GET /eurek8s/wait/{app}` waits for: a served entry of this status that comes from there. */
export interface Awaited {
  readonly app: string;
  readonly status: InstanceStatus;
  /** A world (`kubernetes`, `legacy`) or a source (`cluster:main`); `undefined`: anywhere. */
  readonly source: string | undefined;
}

/** The 408 of `GET /eurek8s/wait/{app}`. */
export interface NotYet {
  readonly error: string;
  /** Whatever stands between the application and what is waited for; never empty. */
  readonly reasons: readonly string[];
}

export function isThere({ served }: Explanation, awaited: Awaited): boolean {
  return served.some((entry) => entry.status === awaited.status && comesFrom(entry, awaited));
}

/**
 * `explanation`: undefined while nothing is known of the application. `problems`: sentences about what is not known, and why. `waitedMs` in milliseconds.
 */
export function notYet(
  explanation: Explanation | undefined,
  awaited: Awaited,
  problems: readonly string[],
  waitedMs: number,
): NotYet {
  const { app, status, source } = awaited;
  const where = source === undefined ? '' : ` from ${source}`;
  const reasons = [...(explanation === undefined ? [] : reasonsIn(explanation, awaited)), ...problems];
  if (reasons.length === 0) reasons.push(`nothing${where} claims ${app}, whatever else is known of it`);
  return { error: `no entry of ${app}${where} is ${status} after ${waitedMs / 1000} s`, reasons };
}

function reasonsIn({ served, hidden, refused, namesakes }: Explanation, awaited: Awaited): string[] {
  const reasons = [
    ...served
      .filter((entry) => comesFrom(entry, awaited))
      .map(({ id, object, status, rule }) => `${object ?? id} is ${status}: ${rule}`),
    ...hidden
      .filter((entry) => comesFrom(entry, awaited))
      .map(({ id, object, code, reason }) => `${object ?? id} is hidden, ${code}: ${reason}`),
    ...refused.map(({ object, code, reason }) => `${object} is not served, ${code}: ${reason}`),
    ...namesakes.map(namesakeText),
  ];
  return [...new Set(reasons)];
}

function comesFrom({ world, source }: ExplainedEntry, awaited: Awaited): boolean {
  return awaited.source === undefined || awaited.source === world || awaited.source === source;
}

export function renderNotYet({ error, reasons }: NotYet): string {
  const lines = reasons.map((reason) => indent(printable(reason)));
  return `${printable(error)}\n${counted(reasons.length, 'reason')}\n${lines.join('\n')}\n`;
}
