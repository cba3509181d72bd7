import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Explanation } from '../../shared/api/explain.ts';
import { MAX_WAIT_MS } from '../../shared/api/wait.ts';
import { INSTANCE_STATUSES } from '../../shared/model/instance.ts';
import { appName } from '../../shared/model/names.ts';
import { application } from '../../shared/registry/snapshot.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { describeDuration, parseDuration } from '../../shared/text/duration.ts';
import { nothingKnown, troublesOf, type ExplainPorts } from './explain.ts';
import { unknownParameter } from './parameters.ts';
import { refuse } from './refuse.ts';
import { REASON_HEADER } from './reply.ts';
import { sendForms } from './report.ts';
import { SharedExplanations, type Question, type SharedExplanation } from './shared-explanations.ts';
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
  const explanations = new SharedExplanations(ports);
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
      const wait = waitFor(question.value, ports, explanations, (status) => {
        cancel();
        waits.delete(wait);
        if (status === 503) resolve(refuse(request, reply, 503, 'stopping'));
        else {
          const explained = explanations.of(question.value.app);
          resolve(
            status === 200
              ? sendForms(request, reply, explained.forms)
              : refuseYet(request, reply, question.value, explained, ports),
          );
        }
        leave();
      });
      const leave = explanations.enter(question.value.app);
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
  explanations: SharedExplanations,
  finish: (status: 200 | 408 | 503) => void,
): Wait {
  const name = appName(question.app);
  let seen: unknown;
  return {
    look: () => {
      const snapshot = ports.registry.snapshot();
      const now = snapshot && application(snapshot, name);
      if (now === undefined || now === seen) return;
      seen = now;
      if (explanations.of(name).isThere(question)) finish(200);
    },
    giveUp: finish,
  };
}

function refuseYet(
  request: FastifyRequest,
  reply: FastifyReply,
  question: Question,
  explained: SharedExplanation,
  ports: WaitPorts,
): FastifyReply {
  const answer = explained.notYet(question, (explanation) => problemsOf(question, explanation, ports));
  reply.code(408).header(REASON_HEADER, answer.line);
  return sendForms(request, reply, answer);
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
