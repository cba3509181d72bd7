import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Explanation } from '../../shared/api/explain.ts';
import { renderExplanation } from '../../shared/api/render-explanation.ts';
import { isThere, MAX_WAIT_MS, notYet, renderNotYet, type Awaited } from '../../shared/api/wait.ts';
import { INSTANCE_STATUSES } from '../../shared/model/instance.ts';
import { appName } from '../../shared/model/names.ts';
import { application } from '../../shared/registry/snapshot.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { describeDuration, parseDuration } from '../../shared/text/duration.ts';
import { explanationOf, nothingKnown, troublesOf, type ExplainPorts } from './explain.ts';
import { unknownParameter } from './parameters.ts';
import { refuse } from './refuse.ts';
import { REASON_HEADER, oneLine } from './reply.ts';
import { sendReport } from './report.ts';
import { awaitedSources } from './unready.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
/** Requests that wait at the same time: each keeps a connection and is looked at with every change of its application. */
const MAX_WAITS = 1000;

export interface WaitPorts extends ExplainPorts {
  /** The listener is called after each snapshot update. */
  readonly onUpdate: (listener: () => void) => void;
  /** The answer of this request comes when it comes: it is not cut off as one that its client does not read. */
  readonly unhurried: (reply: FastifyReply) => void;
}

interface Question extends Awaited {
  readonly timeoutMs: number;
}

/** One request that waits. `look`: answers it if what it waits for is there. */
interface Wait {
  readonly look: () => void;
  readonly giveUp: (status: 408 | 503) => void;
}

/**
 * Registers `GET /eurek8s/wait/{app}`, for pipelines: it is answered when the application is served as asked for. The
 * returned function answers all that wait, because the server stops.
 */
export function registerWait(app: FastifyInstance, ports: WaitPorts): () => void {
  const waits = new Set<Wait>();
  let stopping = false;
  ports.onUpdate(() => {
    for (const wait of waits) wait.look();
  });

  app.get('/eurek8s/wait/:app', async (request, reply) => {
    const question = readQuestion(request, ports);
    if (!question.ok) return refuse(request, reply, 400, question.error);
    if (stopping) return refuse(request, reply, 503, 'stopping');
    if (waits.size >= MAX_WAITS)
      return refuse(request, reply, 503, `${MAX_WAITS} requests wait already: ask again later`);
    ports.unhurried(reply);
    return new Promise<FastifyReply>((resolve) => {
      const wait = waitFor(question.value, ports, (explanation, status) => {
        cancel();
        waits.delete(wait);
        if (explanation !== undefined && status === 200)
          return resolve(
            sendReport(request, reply, explanation, () => renderExplanation(explanation, ports.clock.now())),
          );
        if (status === 503) return resolve(refuse(request, reply, 503, 'stopping'));
        resolve(refuseYet(request, reply, question.value, explanation, ports));
      });
      const cancel = ports.clock.after(question.value.timeoutMs, () => wait.giveUp(408));
      waits.add(wait);
      // A client that went away waits no longer; what is sent to it goes nowhere.
      reply.raw.once('close', () => {
        if (waits.has(wait)) wait.giveUp(408);
      });
      wait.look();
    });
  });

  return () => {
    stopping = true;
    for (const wait of waits) wait.giveUp(503);
  };
}

function waitFor(
  question: Question,
  ports: WaitPorts,
  finish: (explanation: Explanation | undefined, status: 200 | 408 | 503) => void,
): Wait {
  const name = appName(question.app);
  let seen: unknown;
  const explained = (): Explanation | undefined => {
    const snapshot = ports.registry.snapshot();
    return snapshot && explanationOf(snapshot, name, ports);
  };
  return {
    look: () => {
      const snapshot = ports.registry.snapshot();
      const now = snapshot && application(snapshot, name);
      if (now === undefined || now === seen) return;
      seen = now;
      const explanation = explained();
      if (explanation !== undefined && isThere(explanation, question)) finish(explanation, 200);
    },
    giveUp: (status) => finish(explained(), status),
  };
}

function refuseYet(
  request: FastifyRequest,
  reply: FastifyReply,
  question: Question,
  explanation: Explanation | undefined,
  ports: WaitPorts,
): FastifyReply {
  const answer = notYet(explanation, question, problemsOf(question, explanation, ports), question.timeoutMs);
  reply.code(408).header(REASON_HEADER, oneLine(`${answer.error}: ${answer.reasons.join('; ')}`));
  return sendReport(request, reply, answer, () => renderNotYet(answer));
}

/** What keeps news from arriving: sources without a view, out of reach, or with something that cannot be read. */
function problemsOf(
  { app, source }: Question,
  explanation: Explanation | undefined,
  ports: WaitPorts,
): readonly string[] {
  const snapshot = ports.registry.snapshot();
  if (snapshot === undefined) return [awaitedSources(ports)];
  const asked = ports.sources.filter(({ id, world }) => source === undefined || source === world || source === id);
  const problems = troublesOf(asked).map(({ text }) => text);
  return explanation === undefined ? [nothingKnown(snapshot, appName(app), ports.past), ...problems] : problems;
}

function readQuestion({ params, query }: FastifyRequest, { sources }: WaitPorts): Result<Question, string> {
  const { app = '' } = params as Readonly<Record<string, string | undefined>>;
  const given = query as Readonly<Record<string, unknown>>;
  const unknown = unknownParameter(query, ['source', 'status', 'timeout']);
  if (unknown !== undefined) return err(unknown);
  const { source, status = 'UP', timeout = describeDuration(DEFAULT_TIMEOUT_MS) } = given;
  const timeoutMs = typeof timeout === 'string' ? parseDuration(timeout) : undefined;
  if (timeoutMs === undefined || timeoutMs > MAX_WAIT_MS)
    return err(`timeout must be a duration like 60s, up to ${describeDuration(MAX_WAIT_MS)}`);
  const found = INSTANCE_STATUSES.find((each) => each === String(status).toUpperCase());
  if (found === undefined) return err(`status must be one of ${INSTANCE_STATUSES.join(', ')}`);
  const places = [...new Set(sources.flatMap(({ id, world }): string[] => [world, id]))].toSorted();
  if (source !== undefined && (typeof source !== 'string' || !places.includes(source)))
    return err(`source must be one of ${places.join(', ')}`);
  return ok({ app, source, status: found, timeoutMs });
}
