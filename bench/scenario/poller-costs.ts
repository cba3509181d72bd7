import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../cpu.ts';
import { ask, textOf } from '../load/ask.ts';
import { load } from '../load/wrk.ts';
import type { Bench, RegistrySize } from '../section.ts';
import type { Eurek8s } from '../subjects/eurek8s.ts';
import { JSON_GZIP } from './complete.ts';
import { measure } from './measure.ts';
import type { Playback } from './playback.ts';

/** CPU seconds and bytes of one request. */
export interface Cost {
  readonly cpu: number;
  readonly bytes: number;
}

export interface Costs {
  readonly full: Cost;
  readonly delta: Cost;
  /** Forwarded to a legacy. */
  readonly heartbeat: Cost;
}

/**
 * Each kind of request alone, one after the other. A fleet asks like that: the server is woken up for each of them, where
 * under full load it finds the next ones waiting and needs half as much for each.
 */
export async function requestCosts(bench: Bench, { url, pid, port }: Eurek8s, size: RegistrySize): Promise<Costs> {
  const seconds = bench.quick ? 1 : 4;
  const read = async (path: string): Promise<Cost> => {
    bench.say(`pollers: cost of ${path}`);
    const { body } = await ask(`${url}/eureka/${path}`, { headers: JSON_GZIP });
    const before = cpuSeconds(pid);
    const { requests } = await load({ url: `${url}/eureka/${path}`, headers: JSON_GZIP, seconds, connections: 1 });
    return { cpu: (cpuSeconds(pid) - before) / requests, bytes: body.length };
  };
  const full = await read('apps');
  const delta = await read('apps/delta');
  bench.say('pollers: cost of a heartbeat');
  const before = cpuSeconds(pid);
  const input = { port, size, connections: 1, milliseconds: seconds * 1000 };
  const { count } = await measure('heartbeats', input, { timeoutMs: 60_000 });
  return { full, delta, heartbeat: { cpu: (cpuSeconds(pid) - before) / count, bytes: 0 } };
}

/** Compressed bytes that one changed instance adds to a delta. */
export async function weighChange(url: string, legacy: Playback): Promise<number> {
  await legacy.changesPerSecond(200);
  await sleep(1_000);
  await legacy.changesPerSecond(0);
  // The next poll brings them all.
  await sleep(1_500);
  const answer = await ask(`${url}/eureka/apps/delta`, { headers: JSON_GZIP });
  const instances = (await textOf(answer)).split('"instanceId":').length - 1;
  if (instances < 50) throw new Error(`a delta of ${instances} instances does not tell what one weighs`);
  return answer.body.length / instances;
}
