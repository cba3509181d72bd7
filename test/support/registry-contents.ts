import type { RegistryContents } from '../../server/ports/registry-contents.ts';
import type { Source, SourceHealth } from '../../server/ports/source.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../shared/contribution/contribution.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { mergeApplication } from '../../shared/registry/merge.ts';
import { HandSource } from './hand-source.ts';
import { instance } from './instances.ts';

const NOW = 1_750_000_000_000;
const VERSION = 1_750_000_001;

/** A source of the name `legacy` that has had a success at `NOW`. */
class SeenSource extends HandSource {
  override health(): SourceHealth {
    return { ...super.health(), lastSuccessAt: NOW };
  }
}

export const LEGACY = new SeenSource('legacy');

/** The same with these members. */
export function legacyWith(members: Partial<Source>): Source {
  return Object.assign(new SeenSource('legacy'), members);
}

/** What a hub with one source would give. */
export function contentsOf(contributions: ReadonlyMap<AppName, AppContribution>): RegistryContents {
  const rules = {
    application: () => ({ policy: undefined, namespaces: [] }),
    ownership: 'open',
    vipOwners: () => [],
    overlay: { networks: [] },
  } as const;
  const applications = Array.from(contributions, ([name, contribution]) =>
    mergeApplication(name, [{ source: LEGACY.id, contribution }], rules, undefined, NOW),
  );
  return { sources: [{ source: LEGACY, contributions }], applications, version: VERSION };
}

/** Applications `A-0`, `A-1`, … with so many instances each. */
export function registered(applications: number, instances: number): Map<AppName, AppContribution> {
  const names = Array.from({ length: applications }, (_, n) => appName(`A-${n}`));
  const of = (name: AppName) => Array.from({ length: instances }, (_, n) => instance(name, `${name}-${n}`));
  return new Map(names.map((name) => [name, { ...NO_CONTRIBUTION, instances: of(name) }]));
}
