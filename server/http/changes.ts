import type { FastifyInstance, FastifyRequest } from 'fastify';
import { renderChanges, reportChanges, type ChangesQuestion } from '../../shared/api/changes.ts';
import type { Moment } from '../../shared/history/moment.ts';
import { appName } from '../../shared/model/names.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { MOMENT_ALLOWED, parseMoment } from '../../shared/text/moment.ts';
import type { Clock } from '../ports/clock.ts';
import { unknownParameter } from './parameters.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';

const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;

/** What is remembered of the past. */
export interface PastMoments {
  /** Epoch milliseconds from which on everything is known. */
  readonly since: number | undefined;
  /** Oldest first. */
  moments(): Iterable<Moment>;
}

export interface ChangesPorts {
  readonly clock: Clock;
  readonly past: PastMoments;
}

/** Registers `GET /eurek8s/changes`: what changed, and why. */
export function registerChanges(app: FastifyInstance, { clock, past }: ChangesPorts): void {
  app.get('/eurek8s/changes', (request, reply) => {
    const question = readQuestion(request, clock.now());
    if (!question.ok) return refuse(request, reply, 400, question.error);
    const report = reportChanges(past.moments(), past.since, question.value);
    return sendReport(request, reply, report, () => renderChanges(report));
  });
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
