import type { DefaultsConfig, SelectionConfig } from '../../shared/config/config.ts';
import type { DerivationConfig } from '../../shared/ingress/rules.ts';

/** The default configuration of the derivation, with changes. */
export function derivationConfig(
  changes: {
    selection?: Partial<SelectionConfig>;
    defaults?: Partial<DefaultsConfig>;
    addresses?: Readonly<Record<string, readonly string[]>>;
    origin?: DerivationConfig['origin'];
  } = {},
): DerivationConfig {
  return {
    cluster: 'main',
    origin: changes.origin ?? 'cluster',
    selection: {
      mode: 'annotated',
      ingressClasses: [],
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
      ...changes.defaults,
    },
    addresses: new Map(Object.entries(changes.addresses ?? {})),
  };
}
