import type { DefaultsConfig, SelectionConfig } from '../config/config.ts';
import { err, ok, type Result } from '../result.ts';
import { parseLabelSelector, type LabelSelector } from './label-selector.ts';

/** The configuration of the derivation, and its cluster. */
export interface DerivationConfig {
  readonly cluster: string;
  /** The origin of the objects: manifests may state what only a cluster could know. */
  readonly origin: 'cluster' | 'manifests';
  readonly selection: SelectionConfig;
  readonly defaults: DefaultsConfig;
  /** Ingress class → addresses of its load balancer (IPs or host names). */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
}

/** The same with its selectors parsed. */
export interface DerivationRules extends DerivationConfig {
  readonly namespaceSelector: LabelSelector;
  readonly labelSelector: LabelSelector;
}

export function derivationRules(config: DerivationConfig): Result<DerivationRules, string> {
  const namespaceSelector = parseLabelSelector(config.selection.namespaceSelector);
  if (!namespaceSelector.ok) return err(`selection.namespaceSelector: ${namespaceSelector.error}`);
  const labelSelector = parseLabelSelector(config.selection.labelSelector);
  if (!labelSelector.ok) return err(`selection.labelSelector: ${labelSelector.error}`);
  return ok({ ...config, namespaceSelector: namespaceSelector.value, labelSelector: labelSelector.value });
}
