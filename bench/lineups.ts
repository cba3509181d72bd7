import { SIZES } from './data/registry.ts';
import { startLineup, warmUpJava, type Lineup, type Wanted } from './lineup.ts';
import type { Bench, RegistrySize } from './section.ts';

/**
 * Servers in the settings of production, one line-up per registry, started when they are first asked for and kept: to
 * start, load and warm stock servers takes longer than to measure them.
 */
export class Lineups {
  readonly #started = new Map<RegistrySize, Promise<Lineup>>();

  at(bench: Bench, size: RegistrySize): Promise<Lineup> {
    const known = this.#started.get(size);
    if (known !== undefined) return known;
    const lineup = startWarm(bench, size);
    this.#started.set(size, lineup);
    return lineup;
  }

  async stop(): Promise<void> {
    const all = await Promise.allSettled(this.#started.values());
    this.#started.clear();
    await Promise.all(all.flatMap((each) => (each.status === 'fulfilled' ? [each.value.stop()] : [])));
  }
}

async function startWarm(bench: Bench, size: RegistrySize): Promise<Lineup> {
  const lineup = await startLineup(bench, 'production', size, wantedAt(bench, size));
  await warmUpJava(bench, lineup);
  return lineup;
}

/** Java is slow to start, load and warm: the quick mode has one generation, where its bars are. */
function wantedAt({ quick }: Bench, size: RegistrySize): readonly Wanted[] {
  const hoxton = { kind: 'stock', generation: 'hoxton', freshness: 'production' } as const;
  const current = { kind: 'stock', generation: 'current', freshness: 'production' } as const;
  const eurek8s = { kind: 'eurek8s' } as const;
  if (!quick) return [hoxton, current, eurek8s];
  return size === SIZES.medium ? [hoxton, eurek8s] : [eurek8s];
}
