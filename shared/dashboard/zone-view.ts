import type { ExplainedEntry } from '../api/explained-entry.ts';

/** One address that a caller may choose, with its part of the calls. */
export interface Choice {
  readonly host: string;
  readonly ports: string;
  readonly world: ExplainedEntry['world'];
  /** Entries with this address. */
  readonly entries: number;
  /** From 0 to 100. */
  readonly percent: number;
}

/** What a caller in one zone chooses among. */
export interface ZoneView {
  /** `undefined`: a caller that does not keep to a zone. */
  readonly zone: string | undefined;
  /** The caller keeps to a zone that has nothing UP, so it takes all. */
  readonly fallsBack: boolean;
  readonly up: number;
  readonly kubernetesPercent: number;
  readonly choices: readonly Choice[];
}

/** The zones of all entries, sorted. */
export function zonesOf(served: readonly ExplainedEntry[]): readonly string[] {
  return [...new Set(served.flatMap(({ zone }) => zone ?? []))].toSorted();
}

/**
 * By the rule of Ribbon's zone filter and Spring's zone preference: a caller keeps to its own zone while that has an
 * entry that is UP, and takes all entries otherwise. Each entry gets the same part of the calls.
 */
export function zoneView(served: readonly ExplainedEntry[], zone: string | undefined): ZoneView {
  const up = served.filter(({ status }) => status === 'UP');
  const own = zone === undefined ? up : up.filter((entry) => entry.zone === zone);
  const seen = own.length === 0 ? up : own;
  const choices = new Map<string, ExplainedEntry[]>();
  for (const entry of seen) {
    const key = `${entry.world} ${entry.host} ${entry.ports.join()}`;
    choices.set(key, [...(choices.get(key) ?? []), entry]);
  }
  return {
    zone,
    fallsBack: own.length === 0 && up.length > 0,
    up: seen.length,
    kubernetesPercent: percent(seen.filter(({ world }) => world === 'kubernetes').length, seen.length),
    choices: [...choices.values()].flatMap((entries) => {
      const [first] = entries;
      if (first === undefined) return [];
      const { host, ports, world } = first;
      const part = percent(entries.length, seen.length);
      return { host, ports: ports.join(' '), world, entries: entries.length, percent: part };
    }),
  };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}
