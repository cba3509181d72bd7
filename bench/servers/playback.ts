import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { instanceCount, instanceOf, type RegistrationVariant, type RegistrySize } from '../data/registry.ts';

/** A legacy that answers from prepared bytes. */
export interface Playback {
  /** Base URL for `legacy.urls`. */
  readonly eureka: string;
  /** Before it, reads are answered 503. */
  open(): void;
  /** From now on they are answered so. */
  close(): void;
  /** From now on `rate` instances change each second. */
  changesPerSecond(rate: number): void;
  stop(): Promise<void>;
}

const JSON_AND_GZIP = { 'content-type': 'application/json', 'content-encoding': 'gzip' } as const;
/** Shares no factor with the numbers of instances, so that the changes visit all of them, each far from the last. */
const STEP = 7919;

/**
 * Answers as a stock server with that registry would: with the prepared full list, and with the delta of all changes
 * since. The delta is right for as long as stock servers keep theirs (3 minutes). Filling a real server with 100,000
 * instances takes minutes, and its pauses would count as ours. Writes are answered 200. It runs in this process, away
 * from the core of the servers.
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
  /** The last change of each instance. */
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
    close: () => void (isOpen = false),
    changesPerSecond: (rate) => void (timer = setInterval(change, 1000 / rate)),
    stop: async () => {
      clearInterval(timer);
      server.close().closeAllConnections();
    },
  };
}

/**
 * The list of applications as a stock server writes it. All instances are always UP, so the hash code stays the same.
 */
function listing(size: RegistrySize, version: number, applications: Iterable<string>): Buffer {
  const facts = `"versions__delta":"${version}","apps__hashcode":"UP_${instanceCount(size)}_"`;
  return gzipSync(`{"applications":{${facts},"application":[${[...applications].join(',')}]}}`);
}

/** An application with some of its instances, given by their numbers in the registry; `at`: their last change. */
function listedApplication(
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
