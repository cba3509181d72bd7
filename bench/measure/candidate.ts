import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../../test/support/cpu-time.ts';
import { headersOf, type Operation } from '../data/operations.ts';
import { instanceCount, type RegistrySize } from '../data/registry.ts';
import { ask, textOf } from '../load/ask.ts';
import { changeUntil } from '../load/register.ts';
import { expectAnswersOf } from '../load/right-answer.ts';
import { load, writeReplay, type Load, type LoadResult, type ReplayedRequest } from '../load/wrk.ts';
import type { Contender } from '../rounds.ts';
import type { Bench } from '../section.ts';
import type { Server } from '../servers/server.ts';

/** A server that is measured. */
export interface Candidate {
  /** The name in the results. */
  readonly name: string;
  readonly server: Server;
  /** The registry it has. */
  readonly size: RegistrySize;
  /** Registrations per second that change something meanwhile; 0: only in the turns of other candidates. */
  readonly changesPerSecond?: number;
}

/** The result of one server in one turn under load. */
export interface Slice extends LoadResult {
  /** CPU time of the server, all threads, for a thousand requests. */
  readonly cpuSecondsPerThousand: number;
}

async function measureSlice({ pid }: Server, under: Load): Promise<Slice> {
  const before = cpuSeconds(pid);
  const result = await load(under);
  // A turn without an answer counts as one with one answer.
  const cpuSecondsPerThousand = ((cpuSeconds(pid) - before) / Math.max(1, result.requests)) * 1000;
  return { ...result, cpuSecondsPerThousand };
}

interface Task {
  readonly bench: Bench;
  readonly operation: Operation;
  readonly connections: number;
  /** Of a turn. */
  readonly seconds: number;
  /** Of the right answer. */
  readonly bodyBytes: number;
}

export function contenderOf(candidate: Candidate, task: Task): Contender<Slice> {
  const { name, server, changesPerSecond = 0 } = candidate;
  const isChanged = candidate.changesPerSecond !== undefined;
  const { operation, connections, seconds, bodyBytes, bench } = task;
  const loadFor = loadOf(candidate, task);
  const slice = async (seconds: number): Promise<Slice> => {
    if (changesPerSecond > 0) return whileChanging(candidate, changesPerSecond, loadFor(seconds));
    const slice = await measureSlice(server, loadFor(seconds));
    // Changes in other turns make answers of another size.
    if (operation.kind === 'read' && !isChanged) expectAnswersOf(bodyBytes, slice, connections);
    return slice;
  };
  // The older stock server takes some ten heartbeats a second when its core has other work too.
  const own = operation.kind === 'write' && server.runtime === 'java' ? 2 * seconds : seconds;
  return { name, warmUp: () => slice(warmUpSeconds(bench, server)), once: () => slice(own) };
}

/** The part of all requests by which each turn begins further on, so that all instances are written equally often. */
const STRIDE = 0.382;

function loadOf({ server, size }: Candidate, { bench, operation, connections }: Task): (seconds: number) => Load {
  if (operation.kind === 'read') {
    const headers = { ...headersOf(operation), ...server.headers };
    const request = { url: server.url + operation.target, headers, connections };
    return (seconds) => ({ ...request, seconds });
  }
  const file = join(bench.workDir, `${operation.name}-${instanceCount(size)}-${server.pid}.replay`);
  const count = writeReplay(file, withHeaders(operation.requests(size), server.headers));
  let turn = 0;
  return (seconds) => {
    const from = Math.floor(((turn++ * STRIDE) % 1) * count);
    return { url: server.url, connections, seconds, replay: { file, from } };
  };
}

function* withHeaders(requests: Iterable<ReplayedRequest>, headers: Server['headers']): Generator<ReplayedRequest> {
  for (const request of requests) yield { ...request, headers: { ...request.headers, ...headers } };
}

/**
 * The warm-up for a kind of request that is new to the server, which is compiled meanwhile, on the one core that it has.
 * With Node a request takes half as much again in the first half second, and 5 to 10 % more until the end of the third
 * or fourth second, longer where it goes through more code.
 */
function warmUpSeconds({ quick }: Bench, { runtime }: Server): number {
  if (runtime === 'node') return quick ? 0.5 : 5;
  return quick ? 3 : 8;
}

/** Changes begin so long before the load. */
const LEAD_MS = 200;

/**
 * Measures a turn with changes. An old answer is easily fast, so Eurek8s must show the last change afterwards. Stock
 * servers need not: they may keep an answer that they were making when the change came.
 */
async function whileChanging({ name, server, size }: Candidate, perSecond: number, under: Load): Promise<Slice> {
  const over = new AbortController();
  const changing = changeUntil(over.signal, server.url, size, perSecond);
  await sleep(LEAD_MS);
  const slice = await measureSlice(server, under).finally(() => over.abort());
  const last = await changing;
  const isShown = server.runtime === 'java' || (await textOf(await ask(under.url, under))).includes(last);
  if (!isShown) throw new Error(`${name} does not show ${last}`);
  return slice;
}
