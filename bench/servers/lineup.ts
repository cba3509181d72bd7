import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { registrations, type RegistrySize } from '../data/registry.ts';
import { registerAll } from '../load/register.ts';
import type { Candidate } from '../measure/candidate.ts';
import type { Bench } from '../section.ts';
import { startEurek8s } from './eurek8s.ts';
import type { Keep } from './server.ts';
import { startStock, type Freshness, type Generation } from './stock.ts';

/** Stock servers and Eurek8s, started one after the other, with the same registrations. */
export async function startLineup(
  bench: Bench,
  keep: Keep,
  size: RegistrySize,
  generations: readonly Generation[],
  freshness: Freshness = 'production',
): Promise<readonly Candidate[]> {
  const dirOf = (name: string): string => mkdtempSync(join(bench.workDir, `${name}-${size.applications}-`));
  const starts = [
    ...generations.map((generation) => () => startStock({ generation, freshness, dir: dirOf(generation) })),
    () => startEurek8s({ program: bench.program, dir: dirOf('eurek8s') }),
  ];
  const all: Candidate[] = [];
  for (const start of starts) {
    const server = await keep(start());
    await registerAll(server.url, registrations(size));
    bench.say(`${server.name} has ${size.name} instances`);
    all.push({ name: server.name, server, size });
  }
  return all;
}
