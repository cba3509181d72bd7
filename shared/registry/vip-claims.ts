import type { ApplicationConfig, OwnershipMode } from '../config/config.ts';
import { publicationObject, type Publication } from '../contribution/publication.ts';
import type { Refusal } from '../contribution/refusal.ts';
import { vipElements } from '../model/instance.ts';
import { appName, vipName, type AppName } from '../model/names.ts';
import type { Claim } from './ownership.ts';

/** The parts of the configuration that decide who may claim a vip address. */
export interface VipRules {
  application(name: AppName): ApplicationConfig;
  readonly ownership: OwnershipMode;
  /** The applications that a vip address belongs to by the configuration. */
  vipOwners(vip: string): readonly AppName[];
}

/** A vip belongs to the applications that list it, and to the application of that name if its namespaces are listed. */
export function vipOwnersOf(applications: ReadonlyMap<AppName, ApplicationConfig>): VipRules['vipOwners'] {
  const owners = Map.groupBy(
    [...applications].flatMap(([app, { namespaces, vips = [] }]) =>
      [...(namespaces.length > 0 ? [app] : []), ...vips].map((vip) => ({ vip: vipName(vip), app })),
    ),
    ({ vip }) => vip,
  );
  return (vip) => owners.get(vipName(vip))?.map(({ app }) => app) ?? [];
}

/**
 * Splits the publications of the owner by whether they may have the vip addresses that their annotations name. Callers
 * find entries by their vip, whatever the application, so that a vip is bounded as a name is. What twins hand down is
 * not: it is as they were registered.
 */
export function judgeVips<C extends Claim>(
  app: AppName,
  owned: readonly C[],
  rules: VipRules,
): { readonly admitted: readonly C[]; readonly refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [];
  const admitted = owned.filter(({ publication }) => {
    const reason = whyNotVips(app, publication, rules);
    if (reason === undefined) return true;
    refusals.push({ object: publicationObject(publication), code: 'namespace-not-allowed', reason });
    return false;
  });
  return { admitted, refusals };
}

function whyNotVips(app: AppName, { namespace, overrides }: Publication, rules: VipRules): string | undefined {
  for (const vip of [overrides.vipAddress, overrides.secureVipAddress].flatMap(vipElements)) {
    const owners = rules.vipOwners(vip);
    if (appName(vipName(vip)) === app || owners.includes(app)) continue;
    const refused = `namespace ${namespace} may not claim the vip ${vip}`;
    if (owners.some((owner) => rules.application(owner).namespaces.includes(namespace))) continue;
    if (owners.length > 0) return `${refused}: it belongs to ${owners.join(', ')} (applications)`;
    if (rules.ownership !== 'open')
      return `${refused}: ownership is ${rules.ownership}: list it in applications.${app}.vips`;
  }
  return undefined;
}
