import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

// Finds inputs whose work grows faster than their size. Absolute times depend on the machine, so the same input is
// compared with itself at four times the size: linear work takes four times as long, quadratic work sixteen times.

/** Above it the work is not linear: n log n has 4.7. */
const MAX_RATIO = 7;
/** Milliseconds; shorter times are noise. */
const MIN_MEASURED_MS = 20;
/** The shortest of so many runs counts: whatever disturbs a run makes it longer. */
const RUNS = 5;
/** Nothing else makes work that takes so long, and it need not be repeated. */
const MAX_REPEATING_MS = 1000;
const DEFAULT_LARGEST = 64 * 1024;
/** A busy machine may be slow for one of two measurements, hardly ever for the same one each time. */
const CONFIRMATIONS = 6;
/** Milliseconds between them, times their number: what disturbs a machine goes on for a while. */
const PAUSE_MS = 100;

/** Characters. What stands around the pump costs the same at every size, and would hide how that grows. */
const MAX_AROUND = 4096;
const MAX_PUMP = 2000;
const PUMPS = Array.from(' ,;:.-_/"\'<>()[]{}=@&%\\a0\n');

/** An input that can be made longer: its `pump` is repeated. */
export interface Pumped {
  readonly head: string;
  readonly pump: string;
  readonly tail: string;
}

export function pumpedTo({ head, pump, tail }: Pumped, length: number): string {
  return head + pump.repeat(Math.max(1, Math.ceil((length - head.length - tail.length) / pump.length))) + tail;
}

/** Chooses a piece of the input to repeat: between delimiters, so that it often is a member of a list, or anywhere. */
export function pumpedOf(input: string, random: Random): Pumped | undefined {
  if (input === '') return undefined;
  if (random.chance(0.4)) {
    // One character over and over, and then something else: what makes searches begin again at every place.
    const at = random.below(Math.min(input.length, MAX_AROUND));
    const pump = random.chance(0.5) ? input.charAt(at) : random.pick(PUMPS);
    return { head: input.slice(0, at), pump, tail: random.pick(['', 'x', '!', input.slice(at, at + MAX_PUMP)]) };
  }
  const borders = [...input.matchAll(/[,{}[\]<>\s;&/"':=-]/g)].map(({ index }) => index);
  const [from, to] =
    borders.length > 1 && random.chance(0.7)
      ? chosen(borders, random)
      : chosen(
          Array.from({ length: input.length + 1 }, (_, place) => place),
          random,
        );
  if (to <= from || to - from > MAX_PUMP) return undefined;
  const pumped = {
    head: input.slice(0, from),
    pump: input.slice(from, to),
    tail: random.chance(0.7) ? input.slice(to) : '',
  };
  return pumped.head.length + pumped.tail.length > MAX_AROUND ? undefined : pumped;
}

function chosen(places: readonly number[], random: Random): readonly [number, number] {
  const first = random.below(places.length);
  const last = Math.min(places.length - 1, first + 1 + random.few(6));
  return [places[first] ?? 0, places[last] ?? 0];
}

/** Throws when the work for this input grows faster than its size. */
export async function checkGrowth({ read, growsTo = DEFAULT_LARGEST }: Target, pumped: Pumped): Promise<void> {
  const [small, large] = [growsTo / 4, growsTo];
  const [shorter, longer] = [pumpedTo(pumped, small), pumpedTo(pumped, large)];
  // The engine compiles an expression only when it is used again, so no ratio is taken of first times.
  if ((await msOf(read, longer)) < MIN_MEASURED_MS) return;
  let times: readonly [number, number] = [0, 0];
  for (let i = 0; i < CONFIRMATIONS; i++) {
    await sleep(i * PAUSE_MS);
    times = [await shortestOf(read, shorter), await shortestOf(read, longer)];
    if (times[1] < MIN_MEASURED_MS || times[1] / times[0] < MAX_RATIO) return;
  }
  const [short, long] = times.map((time) => time.toFixed(1));
  throw new Error(
    `the work grows faster than the input: ${small} characters take ${short} ms, ${large} take ${long} ms`,
  );
}

async function shortestOf(read: Target['read'], input: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  const end = performance.now() + MAX_REPEATING_MS;
  for (let i = 0; i < RUNS && (i === 0 || performance.now() < end); i++)
    least = Math.min(least, await msOf(read, input));
  return least;
}

async function msOf(read: Target['read'], input: string): Promise<number> {
  const begun = performance.now();
  await read(input);
  return performance.now() - begun;
}
