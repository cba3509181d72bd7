import type { CallerReport } from '../api/census.ts';
import type { Steps } from '../time-slice.ts';

/** What a caller does. A caller does several of them. */
export const CALLER_CHOICES = ['whole', 'names', 'registers', 'xml', 'compact', 'unknown'] as const;
export type CallerChoice = (typeof CALLER_CHOICES)[number];

/** Which callers are looked at. `undefined`: all. It is what the query of the page says. */
export interface CallerView {
  readonly text: string;
  readonly does: CallerChoice | undefined;
  /** Those that look this application up. */
  readonly app: string | undefined;
}

export const ALL_CALLERS: CallerView = { text: '', does: undefined, app: undefined };

/** What cannot be read counts as not given. */
export function readCallerView(query: (name: string) => string | undefined): CallerView {
  const app = query('app') ?? '';
  return {
    text: query('q') ?? '',
    does: CALLER_CHOICES.find((each) => each === query('does')),
    app: app === '' ? undefined : app.toUpperCase(),
  };
}

/** The query that `readCallerView` reads, with `?`; empty for all. */
export function callerQueryOf({ text, does, app }: CallerView, page = 1): string {
  const query = new URLSearchParams();
  if (text !== '') query.set('q', text.toWellFormed());
  if (does !== undefined) query.set('does', does);
  if (app !== undefined) query.set('app', app.toWellFormed());
  if (page > 1) query.set('page', String(page));
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}

/** The callers that the search and the application leave, and how many of them do what; then those of the choice. */
export interface CallersSeen {
  readonly callers: readonly CallerReport[];
  /** How many do not depend on the choice. */
  readonly all: number;
  readonly counts: Readonly<Record<CallerChoice, number>>;
}

export function* lookAtCallers(callers: readonly CallerReport[], view: CallerView): Steps<CallersSeen> {
  const words = view.text.toUpperCase().split(/\s+/).filter(Boolean);
  const counts: Record<CallerChoice, number> = { whole: 0, names: 0, registers: 0, xml: 0, compact: 0, unknown: 0 };
  const chosen: CallerReport[] = [];
  let all = 0;
  for (const caller of callers) {
    yield;
    if (view.app !== undefined && !looksUp(caller, view.app)) continue;
    if (words.length > 0) {
      const text = textOf(caller);
      if (!words.every((word) => text.includes(word))) continue;
    }
    all += 1;
    for (const choice of CALLER_CHOICES) if (DOES[choice](caller)) counts[choice] += 1;
    if (view.does === undefined || DOES[view.does](caller)) chosen.push(caller);
  }
  return { callers: chosen, all, counts };
}

const DOES: Readonly<Record<CallerChoice, (caller: CallerReport) => boolean>> = {
  whole: readsWhole,
  names: ({ lookups }) => lookups.length > 0,
  registers: ({ registers }) => registers.some(({ register, renew }) => register + renew > 0),
  xml: ({ reads }) => reads.xml > 0,
  compact: ({ reads }) => reads.compact > 0,
  unknown: ({ applications, ownCommand }) => applications.length === 0 && ownCommand === undefined,
};

export function readsWhole({ reads }: Pick<CallerReport, 'reads'>): boolean {
  return reads.full + reads.delta > 0;
}

function looksUp({ lookups }: CallerReport, app: string): boolean {
  return lookups.some(({ applications }) => applications.includes(app));
}

/** Everything by which somebody may search for it. */
function textOf({ address, client, identity, credentials, applications, lookups, registers }: CallerReport): string {
  return [
    address,
    client,
    identity.name ?? '',
    identity.id ?? '',
    ...credentials,
    ...applications,
    ...lookups.map(({ name }) => name),
    ...registers.map(({ application }) => application),
  ]
    .join('\n')
    .toUpperCase();
}
