import type { FastifyInstance, FastifyRequest } from 'fastify';
import { renderApps, reportApps } from '../../shared/api/apps.ts';
import { renderDiff, reportDiff, type DiffReport } from '../../shared/api/differences.ts';
import { asPast, explainApplication } from '../../shared/api/explain.ts';
import { heldThen } from '../../shared/api/explained-entry.ts';
import { lastChangeOf } from '../../shared/api/last-change.ts';
import { renderExplanation } from '../../shared/api/render-explanation.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { DELTA_WINDOW } from '../../shared/registry/delta-window.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import type { Change } from '../../shared/registry/diff.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { MOMENT_EXAMPLES, parseMoment } from '../../shared/text/moment.ts';
import { time } from '../../shared/text/printable.ts';
import type { Steps } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import type { Source } from '../ports/source.ts';
import type { PastMoments } from './change-stream.ts';
import { nothingKnown } from './explain.ts';
import { TOO_MANY_WAIT, type InTurn } from './in-turn.ts';
import { NO_PARAMETERS } from './parameters.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';
import { awaitedSources } from './unready.ts';

/** Applications that are reported in one step. */
const PART_LENGTH = 50;

/** The registry as it was, made from the current snapshot, in steps: an hour may have tens of thousands of changes. */
export interface Past extends PastMoments {
  applicationsAt(now: RegistrySnapshot, at: number): Steps<readonly MergedApplication[]>;
  applicationAt(now: RegistrySnapshot, name: AppName, at: number): Steps<MergedApplication | undefined>;
}

export interface AtPorts {
  readonly clock: Clock;
  readonly registry: RegistryView;
  readonly sources: readonly Source[];
  readonly past: Past;
  readonly inTurn: InTurn;
}

/** The report of a moment, or why there is none: a 404. */
type Look = (
  moment: { readonly at: number; readonly snapshot: RegistrySnapshot },
  request: FastifyRequest,
) => Steps<Result<{ readonly report: object; readonly text: () => string }, string>>;

/** Registers `/eurek8s/at/{time}/…`: the answers of other paths, as they were. */
export function registerAt(app: FastifyInstance, ports: AtPorts): void {
  const { clock, past } = ports;
  const get = (path: string, look: Look): void => {
    app.get(`/eurek8s/at/:time${path}`, NO_PARAMETERS, async (request, reply) => {
      const at = parseMoment(paramOf(request, 'time'), clock.now());
      if (ports.registry.snapshot() === undefined) return refuse(request, reply, 503, awaitedSources(ports));
      if (at === undefined) return refuse(request, reply, 400, `the time must be like ${MOMENT_EXAMPLES}`);
      if (at > clock.now()) return refuse(request, reply, 404, 'this time is still to come');
      const shown = ports.inTurn(reply, function* () {
        const snapshot = ports.registry.snapshot();
        const { since } = past;
        if (snapshot === undefined || since === undefined || at < since) return err(tooLongAgo(since));
        return yield* look({ at, snapshot }, request);
      });
      if (shown === undefined) return refuse(request, reply, 503, TOO_MANY_WAIT);
      const result = await shown;
      if (result === 'gone') return reply.send();
      if (!result.ok) return refuse(request, reply, 404, result.error);
      const { report, text } = result.value;
      return sendReport(request, reply, report, () => `as it was at ${time(at) ?? 'an unknown time'}\n${text()}`);
    });
  };
  get('/apps', function* ({ at, snapshot }) {
    const report = { at: time(at), ...(yield* inParts(yield* past.applicationsAt(snapshot, at), reportApps)) };
    return ok({ report, text: () => renderApps(report) });
  });
  get('/diff', function* ({ at, snapshot }) {
    const reportPart = (applications: readonly MergedApplication[]): DiffReport =>
      reportDiff({ applications }, heldThen);
    const report = { at: time(at), ...(yield* inParts(yield* past.applicationsAt(snapshot, at), reportPart)) };
    return ok({ report, text: () => renderDiff(report) });
  });
  get('/explain/:app', function* ({ at, snapshot }, request) {
    const name = appName(paramOf(request, 'app'));
    // Before the first step is over: what comes later is of no interest.
    const recent = changesBefore(past, name, at);
    const application = yield* past.applicationAt(snapshot, name, at);
    if (application === undefined) return err(nothingKnown(snapshot, name, past));
    const then = asPast(explainApplication(application, recent, at, heldThen(application)));
    const isEmpty = application.served.length === 0;
    const explanation = isEmpty ? { ...then, lastChange: lastChangeOf(past.newestFirst(), name, at) } : then;
    return ok({ report: { at: time(at), ...explanation }, text: () => renderExplanation(explanation, at, 'then') });
  });
}

function* inParts<T>(
  applications: readonly MergedApplication[],
  report: (part: readonly MergedApplication[]) => { readonly applications: readonly T[] },
): Steps<{ readonly applications: readonly T[] }> {
  const all: T[] = [];
  for (let i = 0; i < applications.length; i += PART_LENGTH) {
    all.push(...report(applications.slice(i, i + PART_LENGTH)).applications);
    yield;
  }
  return { applications: all };
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
