import type { Dial, MergedApplication } from '../registry/application.ts';
import type { Change } from '../registry/diff.ts';
import type { Policy } from '../contribution/policy.ts';
import type { Refusal } from '../contribution/refusal.ts';
import { missedShare, type MissedShare } from '../registry/missed-share.ts';
import { describeSteps } from '../contribution/schedule.ts';
import { rfc3339 } from '../text/rfc3339.ts';
import type { Namesake } from './namesakes.ts';
import type { SourceTrouble } from './source-troubles.ts';
import { explainInheritance, type ExplainedInheritance } from './inheritance.ts';
import { callerView, pastCallerView, type CallerView } from './callers.ts';
import type { ChangeReport } from './changes.ts';
import type { ExplainedPublishing } from './explain-publishing.ts';
import {
  explainEntry,
  explainHidden,
  type ExplainedEntry,
  type ExplainedHidden,
  type HeldBy,
} from './explained-entry.ts';

/** The traffic dial. Times are RFC 3339. */
export interface ExplainedShare extends Omit<Dial, 'schedule' | 'question'> {
  /** Present where no number of entries reaches the share asked for. */
  readonly missed?: MissedShare;
  /** Absent for a share that does not move. */
  readonly schedule?: {
    /** As annotations write it. */
    readonly steps: string;
    readonly start: string;
    /** From 1; 0 before the start. */
    readonly step: number;
    readonly percent: number;
    /** Absent in the last step. */
    readonly next: { readonly at: string; readonly percent: number } | undefined;
  };
}

/** `GET /eurek8s/explain/{app}`. */
export interface Explanation {
  readonly app: string;
  readonly policy: Policy;
  /** The traffic dial: what was asked for and what was achieved. Absent when nothing is published from Kubernetes. */
  readonly share: ExplainedShare | undefined;
  /** What annotations do not say. Absent where there is nothing from Kubernetes, and nothing kept for it. */
  readonly inheritance: ExplainedInheritance | undefined;
  /** Holds that keep some of the entries though their source does not list them any more. */
  readonly holds: readonly AppHold[];
  /** Sources that are out of reach or cannot read all that they have: what is shown of them is what is last known. */
  readonly troubles: readonly SourceTrouble[];
  readonly served: readonly ExplainedEntry[];
  /** In no list, but still answered on single-instance resources. */
  readonly hidden: readonly ExplainedHidden[];
  /** Where nothing is served: the last change that is remembered. */
  readonly lastChange?: ChangeReport | undefined;
  /** Candidates that did not become an entry. */
  readonly refused: readonly Refusal[];
  /** What is called like it and is another application. Looked for where nothing in Kubernetes is of this one. */
  readonly namesakes: readonly Namesake[];
  readonly callers: CallerView;
  /** Absent without `legacy.publish`, and when nothing is to be published. */
  readonly publishing?: ExplainedPublishing | undefined;
}

export interface AppHold {
  readonly id: string;
  readonly source: string;
  /** How many it keeps of this application. */
  readonly entries: number;
}

function explainShare({ schedule: position, question, ...dial }: Dial): ExplainedShare {
  const missed = question && missedShare(question);
  const share = { ...dial, ...(missed !== undefined && { missed }) };
  if (position === undefined) return share;
  const { schedule, step, percent, next } = position;
  return {
    ...share,
    schedule: {
      steps: describeSteps(schedule),
      start: rfc3339(schedule.startsAt),
      step,
      percent,
      next: next && { at: rfc3339(next.at), percent: next.percent },
    },
  };
}

/** `recent`: the last changes of all applications. `now` in epoch milliseconds. */
export function explainApplication(
  application: MergedApplication,
  recent: readonly Pick<Change, 'app' | 'at'>[],
  now: number,
  heldBy: HeldBy,
  publishing?: ExplainedPublishing,
  namesakes: readonly Namesake[] = [],
  troubles: readonly SourceTrouble[] = [],
): Explanation {
  const { name, policy, dial, served, origins, hidden, refusals } = application;
  const entries = served.map((record) => explainEntry(record, origins.get(record.id), heldBy));
  const hiddenEntries = hidden.map((entry) => explainHidden(entry, heldBy));
  const changes = recent.filter(({ app }) => app === name);
  return {
    app: name,
    policy,
    share: dial && explainShare(dial),
    inheritance: explainInheritance(application),
    holds: holdsOf([...entries, ...hiddenEntries]),
    troubles,
    served: entries,
    hidden: hiddenEntries,
    refused: refusals,
    namesakes,
    callers: callerView(entries, dial?.asked, changes, now),
    ...(publishing !== undefined && { publishing }),
  };
}

/** As it was: what callers were still to see is over, and says nothing of now. */
export function asPast(explanation: Explanation): Explanation {
  return { ...explanation, callers: pastCallerView(explanation.callers) };
}

function holdsOf(entries: readonly ExplainedEntry[]): readonly AppHold[] {
  const holds = new Map<string, AppHold>();
  for (const { hold, source } of entries)
    if (hold !== undefined) holds.set(hold, { id: hold, source, entries: (holds.get(hold)?.entries ?? 0) + 1 });
  return [...holds.values()];
}
