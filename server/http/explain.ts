import type { FastifyInstance } from 'fastify';
import { explainApplication, type Explanation } from '../../shared/api/explain.ts';
import type { HeldBy } from '../../shared/api/explained-entry.ts';
import { explainPublishing } from '../../shared/api/explain-publishing.ts';
import { lastChangeOf, lastChangeText } from '../../shared/api/last-change.ts';
import { namesakes, namesakeText } from '../../shared/api/namesakes.ts';
import { sourceTroubles, type SourceTrouble } from '../../shared/api/source-troubles.ts';
import { renderExplanation } from '../../shared/api/render-explanation.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { findByName } from '../../shared/collections/named-list.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import { application, type RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { didYouMean } from '../../shared/text/closest.ts';
import type { Clock } from '../ports/clock.ts';
import type { Publishing } from '../ports/publishing.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import type { Source } from '../ports/source.ts';
import type { PastMoments } from './change-stream.ts';
import { NO_PARAMETERS } from './parameters.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';
import { awaitedSources } from './unready.ts';

export interface ExplainPorts {
  readonly clock: Clock;
  readonly registry: RegistryView;
  readonly sources: readonly Source[];
  /** `undefined` unless `legacy.publish` is on. */
  readonly publishing: Publishing | undefined;
  readonly past: Pick<PastMoments, 'newestFirst'>;
}

export function registerExplain(app: FastifyInstance, ports: ExplainPorts): void {
  app.get('/eurek8s/explain/:app', NO_PARAMETERS, (request, reply) => {
    const snapshot = ports.registry.snapshot();
    if (snapshot === undefined) return refuse(request, reply, 503, awaitedSources(ports));
    const name = appName((request.params as Readonly<Record<string, string>>)['app'] ?? '');
    const explanation = explanationOf(snapshot, name, ports);
    if (explanation === undefined) return refuse(request, reply, 404, nothingKnownNow(snapshot, name, ports));
    return sendReport(request, reply, explanation, () => renderExplanation(explanation, ports.clock.now()));
  });
}

/** `undefined`: no source contributes to this application. */
export function explanationOf(
  snapshot: RegistrySnapshot,
  name: AppName,
  { clock, sources, publishing, past }: ExplainPorts,
): Explanation | undefined {
  const found = application(snapshot, name);
  if (found === undefined) return undefined;
  const explanation = explainApplication(
    found,
    findByName(snapshot.log.applications, name)?.changes ?? [],
    clock.now(),
    heldBy(sources, name),
    publishing && explainPublishing(found, (id) => publishing.state(name, id), publishing.report().blocked),
    isInKubernetes(found) ? [] : namesakes(snapshot, name),
    troublesOf(sources),
  );
  return found.served.length > 0 ? explanation : { ...explanation, lastChange: lastChangeOf(past.newestFirst(), name) };
}

export function troublesOf(sources: readonly Source[]): readonly SourceTrouble[] {
  return sourceTroubles(sources.map((source) => ({ id: source.id, world: source.world, health: source.health() })));
}

/** Whether anything there is of this application, be it refused. */
function isInKubernetes({ dial, refusals }: MergedApplication): boolean {
  return dial !== undefined || refusals.some(({ object }) => object.split('/').length > 2);
}

export function heldBy(sources: readonly Source[], app: AppName): HeldBy {
  return (source, id, object) => {
    const found = sources.find((each) => each.id === source);
    const unlistedSince = found?.unlistedSince?.(app, id);
    return unlistedSince === undefined ? found?.holding?.held(app, id, object) : { unlistedSince };
  };
}

/** The same, with the sources that may have it and cannot say so. */
export function nothingKnownNow(
  snapshot: RegistrySnapshot,
  name: AppName,
  { sources, past }: Pick<ExplainPorts, 'sources' | 'past'>,
): string {
  return [nothingKnown(snapshot, name, past), ...troublesOf(sources).map(({ text }) => text)].join('; ');
}

/** For people, with what became of it, or the name that they may have meant; `others`: what else it may have been. */
export function nothingKnown(
  snapshot: RegistrySnapshot,
  name: AppName,
  past: ExplainPorts['past'],
  others: Iterable<string> = [],
): string {
  const last = lastChangeOf(past.newestFirst(), name);
  const [first] = namesakes(snapshot, name);
  const meant =
    first === undefined
      ? didYouMean(name, [...snapshot.applications.map((each) => each.name), ...others])
      : `; ${namesakeText(first)}`;
  const hint = last === undefined ? meant : `; ${lastChangeText(last)}`;
  return `nothing is known of ${name}: no registration of it is there, and no Ingress or HTTPRoute claims it${hint}`;
}
