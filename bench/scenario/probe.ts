import { createServer } from 'node:net';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

// Loaded into the server under measurement by --import: tells what only the inside of a process knows. It is asked over
// a local socket of its own (`reset`, `read`, `gc`, a line each) and takes no turn of the event loop unless it is asked.

/** All since the last `reset`. Milliseconds, bytes. */
export interface ProbeReading {
  /** The longest time the event loop was kept from looking at its timers. */
  readonly stallMs: number;
  /**
   * The most CPU time its thread used between two looks: what is left of a stall when the time in which other processes
   * had the core is taken off. On a machine that does nothing else the two are near each other.
   */
  readonly busyMs: number;
  readonly longestGcMs: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly resident: number;
}

/** Names the socket in the environment. */
export const PROBE_SOCKET = 'BENCH_PROBE_SOCKET';

const RESOLUTION_MS = 1;

function listen(path: string): void {
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

  const answer = (question: string): ProbeReading => {
    // A second collection takes what the finalizers of the first let go.
    if (question === 'gc') for (let i = 0; i < 2; i++) globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    // The histogram holds the time from one look to the next, of which the resolution is meant to pass.
    const stallMs = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
    const reading = { stallMs, busyMs, longestGcMs, heapUsed, external, resident: rss };
    if (question === 'reset') {
      delay.reset();
      longestGcMs = 0;
      busyMs = 0;
    }
    return reading;
  };
  const server = createServer((socket) => {
    socket.unref();
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const question of text.split('\n'))
        if (question !== '') socket.write(`${JSON.stringify(answer(question))}\n`);
    });
  });
  server.listen(path);
  // It must not keep alive what it watches.
  server.unref();
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const path = process.env[PROBE_SOCKET];
if (path !== undefined) listen(path);
