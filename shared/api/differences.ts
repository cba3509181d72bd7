import type { HiddenEntry, MergedApplication, Origin } from '../registry/application.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import { counted, indent, printable, table } from '../text/printable.ts';
import { stagesLine } from './apps.ts';
import { explainEntry, type HeldBy } from './explained-entry.ts';
import type { SourceTrouble } from './source-troubles.ts';
import { stageOf, type Stage } from './stage.ts';
import { isVisible } from './summary.ts';

/**
 * `added`: served, and no registration. `hidden`: registered or published, and in no list. `refused`: a candidate that
 * became no entry. `held`: served, though its source does not list it any more.
 */
export const DIFFERENCE_KINDS = ['added', 'hidden', 'refused', 'held'] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** What is not the same in the legacy, in Kubernetes and in our answers. */
export interface Difference {
  /** An instance id; of a refused candidate its object. */
  readonly id: string;
  readonly kind: DifferenceKind;
  readonly reason: string;
}

export interface ApplicationDifferences {
  readonly name: string;
  readonly stage: Stage;
  readonly differences: readonly Difference[];
}

/** `GET /eurek8s/diff`. Every application, those without a difference too. */
export interface DiffReport {
  /** Sources that are out of reach or cannot read all that they have; absent of the past. */
  readonly troubles?: readonly SourceTrouble[];
  readonly applications: readonly ApplicationDifferences[];
}

/** `heldBy` as explanations take it, with the application first. */
export function reportDiff(
  { applications }: Pick<RegistrySnapshot, 'applications'>,
  heldBy: (app: MergedApplication) => HeldBy,
): DiffReport {
  return {
    applications: applications.filter(isVisible).map((application) => ({
      name: application.name,
      stage: stageOf(application),
      differences: differencesOf(application, heldBy(application)),
    })),
  };
}

function differencesOf(
  { served, origins, hidden, refusals }: MergedApplication,
  heldBy: HeldBy,
): readonly Difference[] {
  const differences: Difference[] = [];
  for (const record of served) {
    const origin = origins.get(record.id);
    const held = origin === undefined || origin.kind === 'copy' ? undefined : explainEntry(record, origin, heldBy).hold;
    if (origin !== undefined && origin.kind !== 'registration')
      differences.push({ id: record.id, kind: 'added', reason: madeFrom(origin) });
    if (held !== undefined)
      differences.push({
        id: record.id,
        kind: 'held',
        reason: `its removal is held: ${held} at ${origin?.source ?? ''}`,
      });
  }
  return [...differences, ...hidden.map(hiddenDifference), ...refusals.map(refusedDifference)];
}

function madeFrom(origin: Exclude<Origin, { kind: 'registration' }>): string {
  if (origin.kind === 'copy') return `copy of ${origin.original}, for the share that ${origin.object} asks for`;
  return `published by ${origin.object}: ${origin.statusReason}`;
}

function hiddenDifference({ record, code, reason }: HiddenEntry): Difference {
  return { id: record.id, kind: 'hidden', reason: `${code}: ${reason}` };
}

function refusedDifference({ object, code, reason }: MergedApplication['refusals'][number]): Difference {
  return { id: object, kind: 'refused', reason: `${code}: ${reason}` };
}

/** Applications with a difference, and how many have none. Equal sentences of one application are told once. */
export function renderDiff({ applications, troubles = [] }: DiffReport): string {
  const known = troubles.map(({ text }) => printable(`${text}: what is last known of it is compared`));
  if (applications.length === 0) return [...known, 'no application is known', ''].join('\n');
  const different = applications.filter(({ differences }) => differences.length > 0);
  const same = applications.length - different.length;
  return [
    ...known,
    stagesLine(applications),
    ...different.map(block),
    ...(same === 0 ? [] : [`${counted(same, 'application')} served as registered`]),
    '',
  ].join('\n');
}

function block({ name, stage, differences }: ApplicationDifferences): string {
  const groups = new Map<string, Difference[]>();
  for (const each of differences) {
    const key = `${each.kind} ${each.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const rows = Array.from(groups.values(), (group) => [
    group[0]?.kind ?? '',
    group.length === 1 ? (group[0]?.id ?? '') : `${group[0]?.id ?? ''} and ${group.length - 1} more`,
  ]);
  const reasons = Array.from(groups.values(), ([first]) => [indent(printable(first?.reason ?? ''), 4)]);
  const [, ...lines] = table(['KIND', 'ENTRY'], rows, reasons).split('\n');
  return [printable(`${name} (${stage})`), ...lines.map((line) => indent(line))].join('\n');
}
