import type { MergedApplication } from '../registry/application.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import { renderSources, type SourcesReport } from './sources.ts';
import { table } from './text.ts';

export interface ApplicationSummary {
  readonly name: string;
  readonly legacy: number;
  readonly kubernetes: number;
  readonly up: number;
  readonly hidden: number;
  readonly refused: number;
}

/** `GET /`. */
export interface Summary {
  readonly version: string;
  readonly ready: boolean;
  /** Version and hash code of the served registry; absent until there is one. */
  readonly registry: { readonly version: number; readonly hashCode: string } | undefined;
  readonly applications: readonly ApplicationSummary[];
}

export function summarize(version: string, snapshot: RegistrySnapshot | undefined): Summary {
  return {
    version,
    ready: snapshot !== undefined,
    registry: snapshot === undefined ? undefined : { version: snapshot.version, hashCode: snapshot.hashCode },
    applications: (snapshot?.applications ?? []).filter(hasSomethingToSay).map(summarizeApplication),
  };
}

function hasSomethingToSay({ served, hidden, refusals }: MergedApplication): boolean {
  return served.length + hidden.length + refusals.length > 0;
}

function summarizeApplication({
  name,
  served,
  origins,
  counts,
  hidden,
  refusals,
}: MergedApplication): ApplicationSummary {
  const kubernetes = served.filter(({ id }) => origins.get(id)?.kind === 'ingress').length;
  return {
    name,
    legacy: served.length - kubernetes,
    kubernetes,
    up: counts.UP,
    hidden: hidden.length,
    refused: refusals.length,
  };
}

export function renderSummary(summary: Summary, sources: SourcesReport, base: string): string {
  const rows = summary.applications.map((each) => [
    each.name,
    String(each.legacy),
    String(each.kubernetes),
    String(each.up),
    String(each.hidden),
    String(each.refused),
  ]);
  const registry =
    summary.registry === undefined
      ? 'no registry yet'
      : `${summary.applications.length} applications, version ${summary.registry.version}, hash ${summary.registry.hashCode || '(empty)'}`;
  return [
    `Eurek8s ${summary.version}: ${registry}`,
    '',
    renderSources(sources),
    table(['APPLICATION', 'LEGACY', 'KUBERNETES', 'UP', 'HIDDEN', 'NOT SERVED'], rows),
    '',
    `why is an entry there, or not:  curl ${base}/eurek8s/explain/NAME`,
    `what clients get:               curl ${base}/eureka/apps`,
    '',
  ].join('\n');
}
