import type { Dial, MergedApplication } from '../registry/application.ts';
import type { Change } from '../registry/diff.ts';
import type { Policy } from '../contribution/policy.ts';
import type { Refusal } from '../contribution/refusal.ts';
import { callerView, type CallerView } from './callers.ts';
import {
  explainEntry,
  explainHidden,
  type ExplainedEntry,
  type ExplainedHidden,
  type HeldBy,
} from './explained-entry.ts';

/** `GET /eurek8s/explain/{app}`. */
export interface Explanation {
  readonly app: string;
  readonly policy: Policy;
  /** The traffic dial: what was asked for and what was achieved. Absent when nothing is published from Kubernetes. */
  readonly share: Dial | undefined;
  /** Holds that keep some of the entries though their source does not list them any more. */
  readonly holds: readonly AppHold[];
  readonly served: readonly ExplainedEntry[];
  /** In no list, but still answered on single-instance resources. */
  readonly hidden: readonly ExplainedHidden[];
  /** Candidates that did not become an entry. */
  readonly refused: readonly Refusal[];
  readonly callers: CallerView;
}

export interface AppHold {
  readonly id: string;
  readonly source: string;
  /** How many it keeps of this application. */
  readonly entries: number;
}

/** `recent`: the last changes of all applications. `now` in epoch milliseconds. */
export function explainApplication(
  application: MergedApplication,
  recent: readonly Change[],
  now: number,
  heldBy: HeldBy,
): Explanation {
  const { name, policy, dial, served, origins, hidden, refusals } = application;
  const entries = served.map((record) => explainEntry(record, origins.get(record.id), heldBy));
  const hiddenEntries = hidden.map((entry) => explainHidden(entry, heldBy));
  const changes = recent.filter(({ app }) => app === name);
  return {
    app: name,
    policy,
    share: dial,
    holds: holdsOf([...entries, ...hiddenEntries]),
    served: entries,
    hidden: hiddenEntries,
    refused: refusals,
    callers: callerView(entries, dial?.asked, changes, now),
  };
}

function holdsOf(entries: readonly ExplainedEntry[]): readonly AppHold[] {
  const holds = new Map<string, AppHold>();
  for (const { hold, source } of entries)
    if (hold !== undefined) holds.set(hold, { id: hold, source, entries: (holds.get(hold)?.entries ?? 0) + 1 });
  return [...holds.values()];
}
