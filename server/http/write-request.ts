import type { FastifyRequest } from 'fastify';
import { INSTANCE_STATUSES } from '../../shared/model/instance.ts';
import { appName, instanceId } from '../../shared/model/names.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { RawWrite, Write } from '../ports/writes.ts';
import { ReceivedWrite } from './received-write.ts';

/** What is wrong with the parameters of a write. Stock servers answer 500; a client's mistake is a 400 here. */
export interface BadParameter {
  readonly status: 400;
  readonly reason: string;
}

const MAX_JAVA_LONG = 2n ** 63n - 1n;

/** Decodes a write to one instance; `segments`: how many path segments there are below the base. */
export function decodeInstanceWrite(
  kind: Exclude<Write['kind'], 'register'>,
  request: FastifyRequest,
  segments: number,
): Result<Write, BadParameter> {
  const params = request.params as Readonly<Record<string, string>>;
  const identity = { app: appName(params['app'] ?? ''), id: instanceId(params['id'] ?? '') };
  if (isDotSegment(identity.app) || isDotSegment(identity.id)) return err({ status: 400, reason: DOT_SEGMENT });
  const raw = rawOf(request, segments);
  switch (kind) {
    case 'cancel':
      return ok({ kind, ...identity, raw });
    case 'metadata': {
      const entries = new Map(Object.keys(queryOf(request)).map((key) => [key, first(request, key) ?? '']));
      return ok({ kind, ...identity, entries, raw });
    }
    case 'renew': {
      const dirty = dirtyOf(request);
      return dirty.ok ? ok({ kind, ...identity, lastDirtyTimestamp: dirty.value, raw }) : dirty;
    }
    case 'set-status':
    case 'remove-status': {
      const value = first(request, 'value') ?? (kind === 'remove-status' ? 'UNKNOWN' : '');
      const status = INSTANCE_STATUSES.find((each) => each === value);
      if (status === undefined)
        return bad(`status "${value}" is none of ${INSTANCE_STATUSES.join(', ')} (case-sensitive)`);
      const dirty = dirtyOf(request);
      return dirty.ok ? ok({ kind, ...identity, status, lastDirtyTimestamp: dirty.value, raw }) : dirty;
    }
    default:
      return kind satisfies never;
  }
}

/** The request as a forwarder needs it. Bodies are bytes here (`acceptBodies`); an empty one counts as none. */
export function rawOf(request: FastifyRequest, segments: number): RawWrite {
  const { body } = request;
  return new ReceivedWrite(request.raw, segments, Buffer.isBuffer(body) && body.length > 0 ? body : undefined);
}

export const DOT_SEGMENT = 'a part of dots alone is a way out of the path';

/** Forwarded, `apps/X/..` would be read as `apps`: a write to another resource than the one it names. */
export function isDotSegment(name: string): boolean {
  if (name === '.' || name === '..') return true;
  // An escaped slash is one for some servers.
  return (name.includes('/') || name.includes('\\')) && /(?:^|[/\\])\.\.?(?:[/\\]|$)/.test(name);
}

const NO_DIRTY = ok(undefined);

function dirtyOf(request: FastifyRequest): Result<number | undefined, BadParameter> {
  const text = first(request, 'lastDirtyTimestamp');
  if (text === undefined) return NO_DIRTY;
  // As Java parses a long.
  if (!/^[+-]?\d{1,19}$/.test(text) || BigInt(text.replace(/^\+/, '')) > MAX_JAVA_LONG)
    return bad(`lastDirtyTimestamp "${text}" is not a number of milliseconds`);
  return ok(Number(text));
}

function bad(reason: string): Result<never, BadParameter> {
  return err({ status: 400, reason });
}

function queryOf(request: FastifyRequest): Readonly<Record<string, string | readonly string[]>> {
  return request.query as Readonly<Record<string, string | readonly string[]>>;
}

/** The first value of a repeated key, as stock takes it. */
function first(request: FastifyRequest, key: string): string | undefined {
  const value = queryOf(request)[key];
  return typeof value === 'object' ? value[0] : value;
}
