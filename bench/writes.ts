import { instanceCount, REGISTERED_AT, registrations, spreadRegistration } from './data/registry.ts';
import type { ReplayedRequest } from './load/replay.ts';
import type { RegistrySize } from './section.ts';

/** A write that the whole fleet makes. */
export interface WriteOperation {
  readonly name: string;
  readonly method: 'PUT' | 'POST';
  /** What every server answers. */
  readonly status: number;
  readonly requests: (size: RegistrySize) => Generator<ReplayedRequest>;
}

/** So many instances are registered anew in turn, each time with the other of two values: every one is a change. */
const REGISTERING_INSTANCES = 2_000;

export const WRITES = {
  /** Of every instance in turn, as the Java client sends it. */
  heartbeat: { name: 'heartbeat', method: 'PUT', status: 200, requests: heartbeats },
  /** Of instances that are known, with other metadata than before: what a deployment does. */
  register: { name: 'register', method: 'POST', status: 204, requests: changedRegistrations },
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
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      yield { method: 'POST', target: `/eureka/apps/${app}`, headers, body };
    }
}
