import type { ReplayedRequest } from '../load/wrk.ts';
import {
  applicationName,
  instanceCount,
  REGISTER_HEADERS,
  REGISTERED_AT,
  registrations,
  spreadRegistration,
  type RegistrySize,
} from './registry.ts';

/** A read that clients make all day, and what identifies the right answer. */
export interface ReadOperation {
  readonly kind: 'read';
  readonly name: string;
  readonly target: string;
  readonly format: 'json' | 'xml';
  readonly coding: 'gzip' | 'identity';
  /** How many instances the right answer has. */
  readonly instances: (size: RegistrySize) => number;
}

/** A write that every instance of the fleet makes. */
export interface WriteOperation {
  readonly kind: 'write';
  readonly name: string;
  /** What every server answers. */
  readonly status: number;
  readonly requests: (size: RegistrySize) => Generator<ReplayedRequest>;
}

export type Operation = ReadOperation | WriteOperation;

/** Somewhere in the middle of the registry. */
const SAMPLE = applicationName(100);

const apps = { kind: 'read', target: '/eureka/apps', instances: instanceCount } as const;
const delta = { kind: 'read', target: '/eureka/apps/delta', format: 'json', coding: 'gzip' } as const;
/** Small answers are asked for without gzip, because stock servers do not compress them. */
const sample = {
  kind: 'read',
  format: 'json',
  coding: 'identity',
  instances: ({ instancesEach }: RegistrySize) => instancesEach,
} as const;

export const READS = {
  fullJsonGzip: { name: 'full, JSON gzip', ...apps, format: 'json', coding: 'gzip' },
  fullJsonIdentity: { name: 'full, JSON identity', ...apps, format: 'json', coding: 'identity' },
  fullXmlGzip: { name: 'full, XML gzip', ...apps, format: 'xml', coding: 'gzip' },
  /** A fleet that has just started: every instance is in the delta. */
  deltaEverything: { name: 'delta, everything recent', ...delta, instances: instanceCount },
  deltaEmpty: { name: 'delta, empty', ...delta, instances: () => 0 },
  application: { name: 'one application', ...sample, target: `/eureka/apps/${SAMPLE}` },
  vip: { name: 'one vip', ...sample, target: `/eureka/vips/${SAMPLE.toLowerCase()}` },
} as const satisfies Readonly<Record<string, ReadOperation>>;

/** The headers as clients send them: Java clients name gzip alone; a client that wants identity names no coding. */
export function headersOf({ format, coding }: ReadOperation): Readonly<Record<string, string>> {
  return { accept: `application/${format}`, ...(coding === 'gzip' && { 'accept-encoding': 'gzip' }) };
}

/** Instances that are registered again in turn, with alternating values, so that each registration is a change. */
const REGISTERING_INSTANCES = 2_000;

export const WRITES = {
  /** For every instance in turn, as the Java client sends it. */
  heartbeat: { kind: 'write', name: 'heartbeat', status: 200, requests: heartbeats },
  /** For registered instances, with other metadata than before, as in a deployment. */
  register: { kind: 'write', name: 'register', status: 204, requests: changedRegistrations },
} as const satisfies Readonly<Record<string, WriteOperation>>;

function* heartbeats(size: RegistrySize): Generator<ReplayedRequest> {
  for (const { app, id } of registrations(size))
    yield { method: 'PUT', target: `/eureka/apps/${app}/${id}?status=UP&lastDirtyTimestamp=${REGISTERED_AT}` };
}

function* changedRegistrations(size: RegistrySize): Generator<ReplayedRequest> {
  const count = Math.min(REGISTERING_INSTANCES, instanceCount(size));
  for (const marker of ['a', 'b'])
    for (let step = 0; step < count; step++) {
      const { app, body } = spreadRegistration(size, step, count, { marker });
      yield { method: 'POST', target: `/eureka/apps/${app}`, headers: REGISTER_HEADERS, body };
    }
}
