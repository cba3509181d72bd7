import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { gapBefore, reportChanges, type ChangesQuestion } from '../../shared/api/changes.ts';
import { renderChanges } from '../../shared/api/render-changes.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { application } from '../../shared/registry/snapshot.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { MOMENT_ALLOWED, parseMoment } from '../../shared/text/moment.ts';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import { ChangeStream, readPosition, type PastMoments } from './change-stream.ts';
import { nothingKnown } from './explain.ts';
import { TOO_MANY_WAIT, type InTurn } from './in-turn.ts';
import { prefersEvents } from './negotiate.ts';
import { unknownParameter } from './parameters.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';

const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;

export interface ChangesPorts {
  readonly clock: Clock;
  readonly registry: Pick<RegistryView, 'snapshot'>;
  readonly past: PastMoments;
  readonly inTurn: InTurn;
  readonly newTimeSlice: NewTimeSlice;
  /** After each moment of the past has been noted. */
  readonly onUpdate: (listener: () => void) => void;
  /** The answer has no end. */
  readonly endless: (reply: FastifyReply) => void;
}

/** Registers `GET /eurek8s/changes`: what changed, and why. Returns what ends the answers that go on. */
export function registerChanges(
  app: FastifyInstance,
  { clock, registry, past, inTurn, newTimeSlice, onUpdate, endless }: ChangesPorts,
): () => void {
  const stream = new ChangeStream(clock, past, newTimeSlice);
  onUpdate(() => stream.note());
  app.get('/eurek8s/changes', async (request, reply) => {
    const question = readQuestion(request, clock.now());
    if (!question.ok) return refuse(request, reply, 400, question.error);
    const { app: name, after, from } = question.value;
    const gap = gapBefore(after, registry.snapshot()?.version);
    if (request.method === 'GET' && prefersEvents(request.headers.accept)) {
      const told = readPosition(String(request.headers['last-event-id'] ?? ''));
      // What a version of another process was made at is not known: the stream says that there is a gap.
      const at = gap === undefined ? (past.since ?? clock.now()) : 0;
      const since = after === undefined ? undefined : { version: after, at };
      endless(reply);
      if (!stream.follow(reply.raw, name, told ?? since ?? (from === undefined ? undefined : stream.before(from))))
        return refuse(request, reply, 503, 'too many follow the changes: ask without text/event-stream');
      return reply.hijack();
    }
    const asked = gap === undefined ? question.value : { ...question.value, after: undefined, from: 0 };
    const reported = inTurn(reply, () => reportChanges(past.moments(), past.since, asked));
    if (reported === undefined) return refuse(request, reply, 503, TOO_MANY_WAIT);
    const made = await reported;
    if (made === 'gone') return reply.send();
    const known = { ...made, ...(gap !== undefined && { gap }) };
    const unknown = known.changes.length > 0 || name === undefined ? undefined : unknownName(registry, past, name);
    const report = unknown === undefined ? known : { ...known, unknown };
    return sendReport(request, reply, report, () => renderChanges(report));
  });
  return () => stream.stop();
}

/** A name that neither the registry nor the past knows, said with the closest that they know. */
function unknownName(registry: ChangesPorts['registry'], past: PastMoments, name: AppName): string | undefined {
  const now = registry.snapshot();
  if (now === undefined || application(now, name) !== undefined) return undefined;
  const names = new Set<AppName>();
  for (const { changes } of past.moments()) for (const { app } of changes) names.add(app);
  return names.has(name) ? undefined : nothingKnown(now, name, past, names);
}

function readQuestion({ query }: FastifyRequest, now: number): Result<ChangesQuestion, string> {
  const { since, app, limit = String(DEFAULT_LIMIT) } = query as Readonly<Record<string, unknown>>;
  const unknown = unknownParameter(query, ['since', 'app', 'limit']);
  if (unknown !== undefined) return err(unknown);
  if (app !== undefined && typeof app !== 'string') return err('app is given twice');
  if (app === '') return err('app must be the name of an application');
  if (typeof limit !== 'string' || !/^[1-9]\d{0,4}$/.test(limit) || Number(limit) > MAX_LIMIT)
    return err(`limit must be a number from 1 to ${MAX_LIMIT}`);
  const base = { app: app === undefined ? undefined : appName(app), limit: Number(limit) };
  if (since === undefined) return ok({ ...base, after: undefined, from: undefined });
  if (typeof since !== 'string') return err('since is given twice');
  if (/^\d{1,15}$/.test(since)) return ok({ ...base, after: Number(since), from: undefined });
  const from = parseMoment(since, now);
  return from === undefined
    ? err(`since must be a version, or ${MOMENT_ALLOWED}`)
    : ok({ ...base, after: undefined, from });
}
