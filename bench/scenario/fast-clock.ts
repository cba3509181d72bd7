// Loaded into a server by --import: its day lasts minutes. Everything in the product that depends on time takes it from
// Date.now and setTimeout (the Clock port), so windows, leases and evictions keep their proportions. Sockets do not.

/** Names the factor in the environment: 480 makes a day of three minutes. */
export const CLOCK_FACTOR = 'BENCH_CLOCK_FACTOR';

function speedUp(factor: number): void {
  const realNow = Date.now.bind(Date);
  const realTimeout = globalThis.setTimeout;
  const begin = realNow();
  Date.now = () => begin + Math.floor((realNow() - begin) * factor);
  globalThis.setTimeout = Object.assign(
    (callback: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) =>
      realTimeout(callback, delay / factor, ...args),
    realTimeout,
  );
}

const factor = Number(process.env[CLOCK_FACTOR] ?? 1);
if (factor > 1) speedUp(factor);
