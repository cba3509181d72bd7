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

/** What clients ask all day, and how a right answer is known. */
export interface ReadOperation {
  readonly kind: 'read';
  readonly name: string;
  readonly target: string;
  readonly format: 'json' | 'xml';
  readonly coding: 'gzip' | 'identity';
  /** How many instances the right answer has. */
  readonly instances: (size: RegistrySize) => number;
}

/** A write that the whole fleet makes. */
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
/** Stock servers do not compress the small ones, so nobody is asked to. */
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

/** Java clients say gzip and nothing else; a client that wants identity says nothing. */
export function headersOf({ format, coding }: ReadOperation): Readonly<Record<string, string>> {
  return { accept: `application/${format}`, ...(coding === 'gzip' && { 'accept-encoding': 'gzip' }) };
}

/** So many instances are registered anew in turn, each time with the other of two values: every one is a change. */
const REGISTERING_INSTANCES = 2_000;

export const WRITES = {
  /** Of every instance in turn, as the Java client sends it. */
  heartbeat: { kind: 'write', name: 'heartbeat', status: 200, requests: heartbeats },
  /** Of instances that are known, with other metadata than before: what a deployment does. */
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
