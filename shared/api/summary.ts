import type { MergedApplication } from '../registry/application.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import { renderSources, type SourcesReport } from './sources.ts';
import { counted, printable, table } from '../text/printable.ts';

/** The numbers of entries of one application. */
export interface ApplicationSummary {
  readonly name: string;
  readonly legacy: number;
  /** Of these instances, for a finer share. */
  readonly copies: number;
  readonly kubernetes: number;
  readonly up: number;
  readonly hidden: number;
  readonly refused: number;
}

/** `GET /`. */
export interface Summary {
  readonly version: string;
  readonly ready: boolean;
  /** The served registry; absent before the first snapshot. */
  readonly registry:
    | { readonly version: number; readonly hashCode: string; readonly instances: number; readonly up: number }
    | undefined;
  readonly applications: readonly ApplicationSummary[];
}

export function summarize(version: string, snapshot: RegistrySnapshot | undefined): Summary {
  return {
    version,
    ready: snapshot !== undefined,
    registry: snapshot === undefined ? undefined : summarizeRegistry(snapshot),
    applications: (snapshot?.applications ?? []).filter(isVisible).map(summarizeApplication),
  };
}

function summarizeRegistry({ version, hashCode, counts }: RegistrySnapshot): NonNullable<Summary['registry']> {
  const instances = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { version, hashCode, instances, up: counts.UP };
}

export function isVisible({ served, hidden, refusals }: MergedApplication): boolean {
  return served.length + hidden.length + refusals.length > 0;
}

export function summarizeApplication({
  name,
  served,
  origins,
  counts,
  hidden,
  refusals,
}: MergedApplication): ApplicationSummary {
  const made = { ingress: 0, copy: 0, registration: 0 };
  for (const { id } of served) made[origins.get(id)?.kind ?? 'registration'] += 1;
  return {
    name,
    legacy: made.registration,
    copies: made.copy,
    kubernetes: made.ingress,
    up: counts.UP,
    hidden: hidden.length,
    refused: refusals.length,
  };
}

/** `base`: the URL of this server for its reader. */
export function renderSummary(summary: Summary, sources: SourcesReport, base: string): string {
  const rows = summary.applications.map((each) => [
    each.name,
    each.copies === 0 ? String(each.legacy) : `${each.legacy} (${counted(each.copies, 'copy', 'copies')})`,
    String(each.kubernetes),
    String(each.up),
    String(each.hidden),
    String(each.refused),
  ]);
  return [
    `Eurek8s ${summary.version}: ${registryLine(summary)}`,
    '',
    renderSources(sources, 'short'),
    ...(rows.length === 0
      ? []
      : [table(['APPLICATION', 'REGISTERED', 'KUBERNETES', 'UP', 'HIDDEN', 'NOT SERVED'], rows), '']),
    `why an entry is there, or is not:  curl ${printable(base)}/eurek8s/explain/NAME`,
    `what changed, and why:             curl "${printable(base)}/eurek8s/changes?since=-15m"`,
    `who calls, and from where:         curl ${printable(base)}/eurek8s/callers`,
    `what every source does:            curl ${printable(base)}/eurek8s/sources`,
    `what clients get:                  curl ${printable(base)}/eureka/apps`,
    '',
  ].join('\n');
}

function registryLine({ registry, applications }: Summary): string {
  if (registry === undefined) return 'no registry yet';
  const { instances, up, version, hashCode } = registry;
  const served = `${counted(instances, 'entry', 'entries')} of ${counted(applications.length, 'application')}`;
  return `${served}, ${up} UP, version ${version}${hashCode === '' ? '' : `, hash ${hashCode}`}`;
}
