import type { DefaultsConfig, GuardsConfig, SelectionConfig } from '../../shared/config/config.ts';
import type { DerivationOptions } from '../../server/derivation/derivation-options.ts';
import type { Probing } from '../../server/derivation/publish-gate.ts';
import type { DerivationConfig } from '../../shared/ingress/rules.ts';
import { sourceId } from '../../shared/model/names.ts';

/** Every removal passes, because the guard has tests of its own. */
export const NO_GUARDS: GuardsConfig = { maxRemoval: 100, minInstances: 1_000_000, grace: 60_000, window: 60_000 };

/** Nothing is asked, and nothing answers. */
export const NO_PROBING: Probing = {
  prober: { ask: () => () => undefined },
  interval: 30_000,
  random: () => 0,
  healthPath: () => undefined,
};

/** The default configuration of the derivation, with changes. */
export function derivationConfig(
  changes: {
    selection?: Partial<SelectionConfig>;
    defaults?: Partial<DefaultsConfig>;
    addresses?: Readonly<Record<string, readonly string[]>>;
    origin?: DerivationConfig['origin'];
    guards?: GuardsConfig;
  } = {},
): DerivationConfig & Pick<DerivationOptions, 'source' | 'guards' | 'viewAt' | 'probing'> {
  return {
    source: sourceId('cluster:main'),
    guards: changes.guards ?? NO_GUARDS,
    viewAt: () => undefined,
    probing: NO_PROBING,
    cluster: 'main',
    origin: changes.origin ?? 'cluster',
    selection: {
      mode: 'annotated',
      ingressClasses: [],
      gatewayClasses: [],
      namespaces: [],
      namespaceSelector: '',
      labelSelector: '',
      ...changes.selection,
    },
    defaults: {
      traffic: { kind: 'single' },
      health: 'endpoints',
      minReady: 1,
      downDelay: 0,
      maxEntriesPerApp: 128,
      copies: false,
      probe: 'none',
      ...changes.defaults,
    },
    addresses: new Map(Object.entries(changes.addresses ?? {})),
  };
}
