import type { Costs } from './poller-costs.ts';

/** What Eureka clients do by default. */
export const INTERVAL_SECONDS = 30;
/** How long a change stays in our delta. */
const WINDOW_SECONDS = 300;
/** Of a core, in ordinary times: what is left is for herds, for the time without one replica, and for the load itself. */
export const BUSY = 0.7;
/** `DEFAULT_LIMITS.connections`: a client keeps one or two connections open. */
const CONNECTIONS = 10_000;

export interface Fleet {
  readonly instances: number;
  readonly clients: number;
  /** Registrations, cancels and status changes a second, over the whole fleet. */
  readonly changes: number;
}

export interface Needs {
  readonly requestsPerSecond: number;
  readonly deltaBytes: number;
  readonly bytesPerSecond: number;
  /** CPU cores for polls and heartbeats. */
  readonly cores: number;
  /** By CPU and by connections, with one to spare. */
  readonly replicas: number;
  /** What a fleet that starts at once fetches: seconds of one core for all replicas together. */
  readonly herdSeconds: number;
}

export interface Measured {
  readonly costs: Costs;
  /** Compressed bytes that one changed instance adds to a delta. */
  readonly bytesPerChange: number;
  /** CPU of the simulated clients over what single requests predict: what many connections and a bunch of requests at a time make of it. */
  readonly factor: number;
  /** Compressed bytes of the full answer, by instance. */
  readonly fullBytesPerInstance: number;
}

/** What a fleet needs that polls and renews every 30 s, from what single requests cost. */
export function needsOf({ instances, clients, changes }: Fleet, measured: Measured): Needs {
  const { costs, bytesPerChange, factor, fullBytesPerInstance } = measured;
  const changed = Math.min(instances, changes * WINDOW_SECONDS);
  const deltaBytes = EMPTY_DELTA_BYTES + changed * bytesPerChange;
  const polls = clients / INTERVAL_SECONDS;
  const heartbeats = instances / INTERVAL_SECONDS;
  const read = (bytes: number): number => readCpu(costs, bytes);
  const cores = factor * (polls * read(deltaBytes) + heartbeats * costs.heartbeat.cpu);
  const replicas = Math.max(Math.ceil(cores / BUSY), Math.ceil(clients / CONNECTIONS), 1) + 1;
  const requestsPerSecond = polls + heartbeats;
  return {
    requestsPerSecond,
    deltaBytes,
    bytesPerSecond: polls * deltaBytes,
    cores,
    replicas,
    herdSeconds: clients * read(instances * fullBytesPerInstance),
  };
}

const EMPTY_DELTA_BYTES = 120;

/** A request costs something by itself and something by the byte: a line through the delta and the full answer. */
export function readCpu({ full, delta }: Costs, bytes: number): number {
  // Answers of about one size tell nothing of what a byte costs.
  const perByte = full.bytes < 2 * delta.bytes ? 0 : Math.max(0, (full.cpu - delta.cpu) / (full.bytes - delta.bytes));
  return Math.max(0, delta.cpu + perByte * (bytes - delta.bytes));
}

/** CPU of a core for 1,000 clients that each poll and renew, by the cost of one request of each kind. */
export function predictedPer1000({ delta, heartbeat }: Costs): number {
  return (1000 * (delta.cpu + heartbeat.cpu)) / INTERVAL_SECONDS;
}
