import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CORES } from './pin.ts';

/** What of the time a core may still be at work to count as quiet: idle servers have their timers. */
const QUIET_SHARE = 0.1;
const LOOK_MS = 20;
const LIMIT_MS = 3000;

/**
 * Until the servers' core has nothing left to do. A JVM goes on compiling and collecting garbage after its turn, and
 * whoever came next would be measured on what that leaves of the core. After three seconds it is as quiet as it gets.
 */
export async function quietCore(): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  let before = coreTimes(CORES.server);
  do {
    await sleep(LOOK_MS);
    const now = coreTimes(CORES.server);
    const busy = now.busy - before.busy;
    // Ticks are 10 ms: none at all is quiet too.
    if (busy <= QUIET_SHARE * (busy + now.idle - before.idle)) return;
    before = now;
  } while (performance.now() < deadline);
}

interface CoreTimes {
  readonly busy: number;
  readonly idle: number;
}

/** In ticks since the machine was started. */
function coreTimes(core: number): CoreTimes {
  const line = new RegExp(`^cpu${core} .*$`, 'm').exec(readFileSync('/proc/stat', 'latin1'))?.[0] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0] = line
    .split(' ')
    .slice(1)
    .map(Number);
  return { busy: user + nice + system + irq + softirq, idle: idle + iowait };
}
