import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Replica } from './replicas.ts';

export interface ServerAnswer {
  readonly status: number;
  readonly text: string;
  /** Why the answer is no; some refusals have no body. */
  readonly reason: string;
}

export interface ServerQuestion {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly accept: 'text/plain' | 'application/json';
}

/** The time for commands that answer at once. */
const DEADLINE_MS = 10_000;

/** Asks a running server for a text. */
export async function askServer(
  { base, authorization, ca, address, name }: Replica,
  { path, method, accept }: ServerQuestion,
): Promise<Result<ServerAnswer, string>> {
  const url = new URL(path, base);
  url.username = '';
  url.password = '';
  // Of its own, as connections kept open would keep the process from ending.
  const dispatcher = new Agent({
    allowH2: false,
    connect: { ...(address !== undefined && { lookup: only(address) }), ...(ca !== undefined && { ca }) },
  });
  try {
    const answer = await request(url, {
      dispatcher,
      method,
      signal: AbortSignal.timeout(DEADLINE_MS),
      headers: {
        accept,
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
    const text = await answer.body.text();
    const given = answer.headers['x-eurek8s-reason'];
    const reason = typeof given === 'string' ? given : `the server answered HTTP ${answer.statusCode}`;
    return ok({ status: answer.statusCode, text, reason });
  } catch (error) {
    return err(`${name} does not answer: ${reasonOf(error)}`);
  } finally {
    await dispatcher.destroy();
  }
}

/** Resolves every name to one address, so that the URL's name stays in the Host header and in the certificate's check. */
function only({ address, family }: NonNullable<Replica['address']>): LookupFunction {
  return (_hostname, { all }, callback) =>
    all === true ? callback(null, [{ address, family }]) : callback(null, address, family);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ECONNREFUSED') return 'connection refused (is the server running?)';
  if (error.name === 'TimeoutError') return `no answer within ${DEADLINE_MS / 1000} s`;
  return error.message === '' ? error.name : error.message;
}
