import type { LookupFunction } from 'node:net';
import { err, ok, type Result } from '../../shared/result.ts';
import { connectionErrorText, type WaysOut } from '../../shared/text/connection-problem.ts';
import type { TlsMaterial } from '../ports/tls.ts';
import { AUTHORITIES } from './access.ts';
import type { Replica } from './replicas.ts';

export interface ServerAnswer {
  readonly status: number;
  /** Empty where it is not of the kind that was asked for, such as the page of a proxy. */
  readonly text: string;
  /** Why the server refused, from the header `X-Eurek8s-Reason`: some refusals have no body. */
  readonly reason: string;
}

export interface ServerQuestion {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly accept: 'text/plain' | 'application/json';
  /** Milliseconds that the server may take; by default as long as one that answers at once. */
  readonly deadlineMs?: number;
}

/** What Eurek8s sends; files that are exported are YAML, too. */
const KINDS = {
  'text/plain': /^(text\/plain|application\/yaml)\b/i,
  'application/json': /^application\/json\b/i,
} as const;

/** Of requests that the server answers at once. */
const DEADLINE_MS = 10_000;

/**
 * Asks a running server. An answer with any status is `ok`; an error says for people why there is none. The page with
 * which a proxy asks for a password is none: it has the status of success, and whoever waits would take it for that.
 */
export async function askServer(
  { base, authorization, tls, address, name }: Replica,
  { path, method, accept, deadlineMs = DEADLINE_MS }: ServerQuestion,
): Promise<Result<ServerAnswer, string>> {
  const url = new URL(path, base);
  url.username = '';
  url.password = '';
  // A server that starts has no use for it.
  const [{ Agent, request }, { contextOptions }] = await Promise.all([import('undici'), import('../tls/material.ts')]);
  // One for each request: connections that stay open would keep the process from ending.
  const dispatcher = new Agent({
    allowH2: false,
    connect: { ...(address !== undefined && { lookup: lookupOf(address) }), ...contextOptions(tls) },
  });
  try {
    const answer = await request(url, {
      dispatcher,
      method,
      signal: AbortSignal.timeout(deadlineMs),
      headers: {
        accept,
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
    const text = await answer.body.text();
    const type = answer.headers['content-type'];
    const isKind = type === undefined || KINDS[accept].test(String(type));
    const given = answer.headers['x-eurek8s-reason'];
    const status = answer.statusCode;
    if (!isOurs(status, given, isKind)) return err(`${name} ${notOurs(status)}`);
    const reason = typeof given === 'string' ? given : `the server answered HTTP ${status}`;
    return ok({ status, text: isKind ? text : '', reason });
  } catch (error) {
    return err(`${name} does not answer: ${reasonOf(error, deadlineMs, waysOut(url, tls))}`);
  } finally {
    await dispatcher.destroy();
  }
}

/**
 * Eurek8s gives a reason with whatever it refuses; the legacy, or a proxy that leads elsewhere, gives none. Errors of a
 * proxy pass: it stands before a server that is away for a moment.
 */
function isOurs(status: number, reason: unknown, isKind: boolean): boolean {
  if (status === 200) return isKind;
  return status >= 500 || (typeof reason === 'string' && (status !== 408 || isKind));
}

function notOurs(status: number): string {
  return `answers, but not as Eurek8s does${status === 200 ? '' : ` (HTTP ${status})`}`;
}

/**
 * Resolves every name to one address: the name of the URL stays in the Host header and in the check of the certificate.
 */
function lookupOf({ address, family }: NonNullable<Replica['address']>): LookupFunction {
  return (_hostname, { all }, callback) =>
    all === true ? callback(null, [{ address, family }]) : callback(null, address, family);
}

function reasonOf(error: unknown, deadlineMs: number, ways: WaysOut): string {
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  return isLate ? `no answer within ${deadlineMs / 1000} s` : connectionErrorText(error, ways);
}

function waysOut({ protocol }: URL, { cert }: TlsMaterial): WaysOut {
  if (protocol === 'http:') return { closed: 'is it meant for https://?' };
  const closed =
    cert === undefined
      ? 'does it want a client certificate? --cert FILE --key FILE'
      : 'does it not believe the client certificate? Its log says why';
  return { authorities: AUTHORITIES, closed };
}
