import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { instanceCount, instanceOf, type RegistrationVariant, type RegistrySize } from '../data/registry.ts';

/** A legacy that answers from prepared bytes. */
export interface Playback {
  /** Base URL for `legacy.urls`. */
  readonly eureka: string;
  /** Until then its lists are answered 503. */
  open(): void;
  /** From now on so many instances change each second. */
  changesPerSecond(rate: number): void;
  stop(): Promise<void>;
}

const JSON_AND_GZIP = { 'content-type': 'application/json', 'content-encoding': 'gzip' } as const;
/** Shares no factor with the numbers of instances used: visits all of them, one far from the one before. */
const STEP = 7919;

/**
 * Answers as a stock server with that registry would: the full list as prepared, and the delta of all changes since, which
 * is right for as long as stock servers keep theirs (3 minutes). Filling a real one with 100,000 instances takes minutes,
 * and its pauses would be taken for ours. Writes are answered 200. It runs in this process, away from the servers' core.
 */
export async function startPlayback(size: RegistrySize, begin: 'open' | 'closed' = 'open'): Promise<Playback> {
  const loadedAt = Date.now();
  const applications = Array.from({ length: size.applications }, (_, app) => {
    const all = Array.from({ length: size.instancesEach }, (_, index) => app * size.instancesEach + index);
    return listedApplication(size, all, loadedAt, 'ADDED');
  });
  const full = listing(size, 1, applications);
  let isOpen = begin === 'open';
  let made = 0;
  let timer: NodeJS.Timeout | undefined;
  /** By instance, its last change. */
  const changed = new Map<number, string>();
  const change = (): void => {
    const nth = (++made * STEP) % instanceCount(size);
    const at = Date.now();
    changed.set(nth, listedApplication(size, [nth], at, 'MODIFIED', { marker: `${made}`, dirtyAt: at }));
  };
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== 'GET') return void response.end();
    if (!isOpen) return void response.writeHead(503).end();
    const isDelta = request.url?.includes('/delta') === true;
    const bytes = isDelta ? listing(size, made + 1, changed.values()) : full;
    response.writeHead(200, { ...JSON_AND_GZIP, 'content-length': bytes.length }).end(bytes);
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    eureka: `http://127.0.0.1:${(server.address() as AddressInfo).port}/eureka`,
    open: () => void (isOpen = true),
    changesPerSecond: (rate) => void (timer = setInterval(change, 1000 / rate)),
    stop: async () => {
      clearInterval(timer);
      server.close().closeAllConnections();
    },
  };
}

/** As a stock server would list these applications. All instances are UP, whatever changes, and so the hash code stays. */
function listing(size: RegistrySize, version: number, applications: Iterable<string>): Buffer {
  const facts = `"versions__delta":"${version}","apps__hashcode":"UP_${instanceCount(size)}_"`;
  return gzipSync(`{"applications":{${facts},"application":[${[...applications].join(',')}]}}`);
}

/** An application with those of its instances, by their number in the registry, that were last touched at that moment. */
export function listedApplication(
  size: RegistrySize,
  instances: readonly number[],
  at: number,
  action: 'ADDED' | 'MODIFIED',
  variant: RegistrationVariant = {},
): string {
  const listed = instances.map((nth) => {
    const instance = instanceOf(size, nth, variant);
    const leaseInfo = {
      ...instance.leaseInfo,
      registrationTimestamp: at,
      lastRenewalTimestamp: at,
      evictionTimestamp: 0,
      serviceUpTimestamp: at,
    };
    return { ...instance, leaseInfo, lastUpdatedTimestamp: `${at}`, actionType: action };
  });
  return JSON.stringify({ name: listed[0]?.app, instance: listed });
}
