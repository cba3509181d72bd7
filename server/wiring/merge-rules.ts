import type { Config } from '../../shared/config/config.ts';
import type { MergeRules } from '../../shared/registry/merge.ts';
import { overlayRules } from '../../shared/registry/overlay.ts';
import { vipOwnersOf } from '../../shared/registry/vip-claims.ts';

export function mergeRules(config: Config): MergeRules {
  return {
    application: (name) => config.applications.get(name) ?? { policy: undefined, namespaces: [] },
    ownership: config.ownership,
    vipOwners: vipOwnersOf(config.applications),
    overlay: overlayRules(config.overlay),
  };
}
