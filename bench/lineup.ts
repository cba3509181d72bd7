import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instanceCount, registrations } from './data/registry.ts';
import { registerAll } from './load/register.ts';
import { load } from './load/wrk.ts';
import type { Bench, RegistrySize } from './section.ts';
import { startEurek8s } from './subjects/eurek8s.ts';
import { startStock, stockName, type Freshness, type Generation } from './subjects/stock.ts';
import type { Subject } from './subjects/subject.ts';

export type Wanted =
  | { readonly kind: 'eurek8s' }
  | { readonly kind: 'stock'; readonly generation: Generation; readonly freshness: Freshness };

/** Servers with the same registrations, ready to be measured. */
export interface Lineup {
  readonly size: RegistrySize;
  readonly subjects: readonly Subject[];
  /** Who is missing, and why. */
  readonly absent: readonly { readonly name: string; readonly reason: string }[];
  /** When the last registration was made, by `performance.now()`. */
  readonly loadedAt: number;
  stop(): Promise<void>;
}

/** A stock server that is not loaded by then is left out. */
const LOAD_LIMIT_MS = 120_000;

/** What a stock server needs for 100,000 instances while it is asked for everything at once. */
const LARGE_STOCK_BYTES = 6e9;

/** Every answer with bytes goes the way of this one, except for its size. */
const JAVA_WARM_UP = { target: '/eureka/apps', headers: { accept: 'application/json', 'accept-encoding': 'gzip' } };

/** Starts the servers one after the other and registers the same instances at each. */
export async function startLineup(
  bench: Bench,
  section: string,
  size: RegistrySize,
  wanted: readonly Wanted[],
): Promise<Lineup> {
  const subjects: Subject[] = [];
  const absent: { name: string; reason: string }[] = [];
  const stop = async (): Promise<void> => void (await Promise.all(subjects.map((subject) => subject.stop())));
  try {
    for (const each of wanted) {
      const name = nameOf(each);
      const dir = join(bench.workDir, section, `${size.applications}`, name.replaceAll(/\W+/g, '-'));
      const reason = tooLarge(each, size);
      if (reason !== undefined) {
        absent.push({ name, reason });
        continue;
      }
      const subject = await start(bench, each, dir);
      subjects.push(subject);
      const { count, seconds, complete } = await registerAll(
        subject.url,
        registrations(size),
        each.kind === 'stock' ? LOAD_LIMIT_MS : undefined,
      );
      bench.say(`${section}, ${size.name}: ${name} has ${count} instances after ${seconds.toFixed(1)} s`);
      if (complete) continue;
      absent.push({ name, reason: `${count} of ${instanceCount(size)} instances after ${Math.round(seconds)} s` });
      subjects.pop();
      await subject.stop();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { size, subjects, absent, loadedAt: performance.now(), stop };
}

/** Until the compiler of the JVM has seen how servers are used; each kind of request has a warm-up of its own besides. */
export async function warmUpJava(bench: Bench, { subjects }: Lineup): Promise<void> {
  const { headers, target } = JAVA_WARM_UP;
  for (const { runtime, url } of subjects)
    if (runtime === 'java') await load({ url: url + target, headers, seconds: bench.quick ? 2 : 10 });
}

/** What the report says of those who are missing. */
export function absenceNotes({ size, absent }: Lineup): readonly string[] {
  return absent.map(({ name, reason }) => `${size.name} instances, ${name}: not measured (${reason}).`);
}

export function nameOf(wanted: Wanted): string {
  return wanted.kind === 'eurek8s' ? 'Eurek8s' : stockName(wanted.generation, wanted.freshness);
}

async function start(bench: Bench, wanted: Wanted, dir: string): Promise<Subject> {
  if (wanted.kind === 'eurek8s') return startEurek8s({ program: bench.program, dir });
  return startStock({ ...wanted, dir, progress: (line) => bench.say(line) });
}

/** Java takes what it may: a server that drives the machine into swapping would be measured doing that. */
function tooLarge({ kind }: Wanted, size: RegistrySize): string | undefined {
  if (kind !== 'stock' || instanceCount(size) < 100_000) return undefined;
  const available = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1]) * 1024;
  return available >= LARGE_STOCK_BYTES
    ? undefined
    : `needs ${LARGE_STOCK_BYTES / 1e9} GB of free memory, there are ${(available / 1e9).toFixed(1)}`;
}
