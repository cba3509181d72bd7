import type { ExplainedEntry } from '../api/explained-entry.ts';
import { keepToZone } from '../whatif/own-zone.ts';
import { kubernetesPercent, sharesBy } from '../whatif/shares.ts';

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

/** What a caller that keeps to a zone, or to none, has of the entries that are UP, by the rule of `keepToZone`. */
export function zoneView(served: readonly ExplainedEntry[], zone: string | undefined): ZoneView {
  const up = served.filter(({ status }) => status === 'UP');
  const { kept, fallsBack } = keepToZone(up, zone, (entry) => entry.zone);
  return {
    zone,
    fallsBack,
    up: kept.length,
    kubernetesPercent: kubernetesPercent(kept),
    choices: sharesBy(kept, ({ world, host, ports }) => `${world} ${host} ${ports.join()}`).map(
      ({ first: { host, ports, world }, members, percent }) => ({
        host,
        ports: ports.join(' '),
        world,
        entries: members.length,
        percent,
      }),
    ),
  };
}
