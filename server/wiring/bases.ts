import type { ClusterConfig, Config } from '../../shared/config/config.ts';
import { sourceId, type SourceId } from '../../shared/model/names.ts';
import { ABSORBED, absorbs } from '../../shared/registry/overlay.ts';
import { cutUrl } from '../../shared/text/url-credentials.ts';

/**
 * The basis of each source, for the registry file: contributions that were stored under another selection, or from
 * another registry, must not be served. The legacy is the same one when at least one of its URLs is the same. The URLs
 * are stored without credentials.
 */
export function basesOf(config: Config): ReadonlyMap<SourceId, readonly string[]> {
  const bases = new Map<SourceId, readonly string[]>();
  const urls = config.legacy.urls.map(withoutUserInfo);
  if (urls.length > 0) bases.set(sourceId('legacy'), urls);
  if (absorbs(config)) bases.set(ABSORBED, absorbing(config, urls));
  if (config.leases.enabled) bases.set(sourceId('leases'), ['leases']);
  const derived = derivation(config);
  for (const cluster of config.clusters)
    bases.set(sourceId(`cluster:${cluster.name}`), [JSON.stringify([access(cluster), derived])]);
  for (const { name, directory } of config.manifests)
    bases.set(sourceId(`manifests:${name}`), [JSON.stringify([directory, derived])]);
  return bases;
}

/** With other networks, a lease may be one for the legacy: it is dropped, which costs its Pod one registration. */
function absorbing({ overlay }: Config, urls: readonly string[]): readonly string[] {
  const networks = JSON.stringify(overlay.cidrs.toSorted());
  return urls.length === 0 ? [networks] : urls.map((url) => `${networks} ${url}`);
}

function withoutUserInfo(url: string): string {
  const cut = cutUrl(url);
  return cut === undefined ? '' : cut.scheme + cut.host + cut.rest;
}

/** `required` and `maxAge` do not affect what the cluster contributes, only from when to when it is served. */
function access({ required: _required, maxAge: _maxAge, ...rest }: ClusterConfig): object {
  return rest;
}

/**
 * The options that decide on the publications from cluster objects. The probe only says when they are UP, and what is UP
 * stays UP when it is turned on.
 */
function derivation({ selection, defaults: { probe: _probe, ...defaults }, addresses }: Config): object {
  return { selection, defaults, addresses: [...addresses] };
}
