import { createServer } from 'node:net';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

// Loaded into the server under measurement by --import: tells what only the inside of a process knows. It is asked over a
// local socket of its own, a line each, and otherwise takes no turn of the event loop but for a timer of a millisecond.

/** Names the socket in the environment. */
export const INSIDE_SOCKET = 'BENCH_INSIDE_SOCKET';

/** Milliseconds, since the reading before. */
export interface InsideReading {
  /** The longest time the event loop was kept from looking at its timers. */
  readonly stallMs: number;
  /**
   * The most CPU time its thread used between two looks: what is left of a stall when the time in which other processes
   * had the core is taken off. On a machine that does nothing else the two are near each other.
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
    // The histogram holds the time from one look to the next, of which the resolution is meant to pass.
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
  // It must not keep alive what it watches.
  server.listen(path).unref();
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const path = process.env[INSIDE_SOCKET];
if (path !== undefined) watch(path);
