import { createServer } from 'node:net';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

// Loaded into the measured server by --import: it measures what is visible only inside the process. Each line on a
// local socket asks for a reading. Besides, it has only a timer of a millisecond on the event loop.

/** The environment variable with the path of the socket. */
export const INSIDE_SOCKET = 'BENCH_INSIDE_SOCKET';

/** Milliseconds, since the last reading. */
export interface InsideReading {
  /** The longest time in which the event loop did not run its timers. */
  readonly stallMs: number;
  /**
   * The most CPU time that the thread of the loop used between two runs of its timer: a stall without the time in which
   * other processes had the core. On an idle machine the two are nearly equal.
   */
  readonly busyMs: number;
  readonly longestGcMs: number;
}

const RESOLUTION_MS = 1;

function watch(path: string): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let longestGcMs = 0;
  let busyMs = 0;
  let used = threadCpuMs();
  setInterval(() => {
    const now = threadCpuMs();
    busyMs = Math.max(busyMs, now - used);
    used = now;
  }, RESOLUTION_MS).unref();
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestGcMs = Math.max(longestGcMs, duration);
  }).observe({ entryTypes: ['gc'] });

  const read = (): InsideReading => {
    // The histogram has the time from one run of its timer to the next, which includes the resolution.
    const stallMs = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
    const reading = { stallMs, busyMs, longestGcMs };
    delay.reset();
    longestGcMs = 0;
    busyMs = 0;
    return reading;
  };
  const server = createServer((socket) => {
    socket.unref();
    socket.on('data', () => socket.write(`${JSON.stringify(read())}\n`));
  });
  // The watch must not keep the process alive.
  server.listen(path).unref();
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const path = process.env[INSIDE_SOCKET];
if (path !== undefined) watch(path);
