import type { MergeRules } from '../../shared/registry/merge.ts';

/** Rules under which nothing is refused or hidden: the default policy, any namespace, any address. */
export const OPEN_RULES: MergeRules = {
  application: () => ({ policy: 'both', namespaces: [] }),
  ownership: 'open',
  vipOwners: () => [],
  overlay: { networks: [] },
};
