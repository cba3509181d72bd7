import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renderApps, reportApps } from '../../shared/api/apps.ts';
import { renderDiff, reportDiff } from '../../shared/api/differences.ts';
import { explainApplication } from '../../shared/api/explain.ts';
import { renderExplanation } from '../../shared/api/render-explanation.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { DELTA_WINDOW } from '../../shared/registry/delta-window.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import type { Change } from '../../shared/registry/diff.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { MOMENT_ALLOWED, parseMoment } from '../../shared/text/moment.ts';
import { time } from '../../shared/text/printable.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import type { Source } from '../ports/source.ts';
import type { PastMoments } from './changes.ts';
import { nothingKnown } from './explain.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';
import { awaitedSources } from './unready.ts';

/** The registry as it was, made from the current snapshot. */
export interface Past extends PastMoments {
  applicationsAt(now: RegistrySnapshot, at: number): readonly MergedApplication[];
  applicationAt(now: RegistrySnapshot, name: AppName, at: number): MergedApplication | undefined;
}

export interface AtPorts {
  readonly clock: Clock;
  readonly registry: RegistryView;
  readonly sources: readonly Source[];
  readonly past: Past;
}

type Answer = (
  request: FastifyRequest,
  reply: FastifyReply,
  moment: { readonly at: number; readonly snapshot: RegistrySnapshot },
) => FastifyReply;

/** Registers `/eurek8s/at/{time}/…`: the answers of other paths, as they were. */
export function registerAt(app: FastifyInstance, ports: AtPorts): void {
  const { clock, past } = ports;
  const get = (path: string, answer: Answer): void => {
    app.get(`/eurek8s/at/:time${path}`, (request, reply) => {
      const snapshot = ports.registry.snapshot();
      if (snapshot === undefined) return refuse(request, reply, 503, awaitedSources(ports));
      const at = parseMoment(paramOf(request, 'time'), clock.now());
      if (at === undefined) return refuse(request, reply, 400, `the time must be ${MOMENT_ALLOWED}`);
      if (at > clock.now()) return refuse(request, reply, 404, 'this time is still to come');
      const { since } = past;
      if (since === undefined || at < since) return refuse(request, reply, 404, tooLongAgo(since));
      return answer(request, reply, { at, snapshot });
    });
  };
  get('/apps', (request, reply, { at, snapshot }) => {
    const report = { at: time(at), ...reportApps(past.applicationsAt(snapshot, at)) };
    return sendReport(request, reply, report, () => renderApps(report));
  });
  get('/diff', (request, reply, { at, snapshot }) => {
    const report = { at: time(at), ...reportDiff({ applications: past.applicationsAt(snapshot, at) }, () => notHeld) };
    return sendReport(request, reply, report, () => renderDiff(report));
  });
  get('/explain/:app', (request, reply, { at, snapshot }) => {
    const name = appName(paramOf(request, 'app'));
    const application = past.applicationAt(snapshot, name, at);
    if (application === undefined) return refuse(request, reply, 404, nothingKnown(snapshot, name));
    const explanation = explainApplication(application, changesBefore(past, name, at), at, notHeld);
    return sendReport(request, reply, { at: time(at), ...explanation }, () => renderExplanation(explanation, at));
  });
}

/** Which holds there were is not remembered. */
function notHeld(): undefined {
  return undefined;
}

function changesBefore(past: Past, name: AppName, at: number): readonly Pick<Change, 'app' | 'at'>[] {
  const recent: Pick<Change, 'app' | 'at'>[] = [];
  for (const moment of past.moments()) {
    if (moment.at > at) break;
    if (moment.at > at - DELTA_WINDOW.leastMs && moment.changes.some(({ app }) => app === name))
      recent.push({ app: name, at: moment.at });
  }
  return recent;
}

function tooLongAgo(since: number | undefined): string {
  return since === undefined
    ? 'nothing is remembered yet'
    : `the oldest moment that is remembered is ${time(since) ?? 'unknown'}`;
}

function paramOf({ params }: FastifyRequest, name: string): string {
  return (params as Readonly<Record<string, string>>)[name] ?? '';
}
