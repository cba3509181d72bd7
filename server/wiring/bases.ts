import type { ClusterConfig, Config } from '../../shared/config/config.ts';
import { sourceId, type SourceId } from '../../shared/model/names.ts';
import { cutUrl } from '../../shared/text/url-credentials.ts';

/**
 * What each source rests on, for the registry file: what was stored under another selection, or of another registry, must
 * not be served. The legacy is the same one as long as one of its URLs is; of these the file must hold no credentials.
 */
export function basesOf(config: Config): ReadonlyMap<SourceId, readonly string[]> {
  const bases = new Map<SourceId, readonly string[]>();
  if (config.legacy.urls.length > 0) bases.set(sourceId('legacy'), config.legacy.urls.map(withoutUserInfo));
  if (config.leases.enabled) bases.set(sourceId('leases'), ['leases']);
  const derived = derivation(config);
  for (const cluster of config.clusters)
    bases.set(sourceId(`cluster:${cluster.name}`), [JSON.stringify([access(cluster), derived])]);
  for (const { name, directory } of config.manifests)
    bases.set(sourceId(`manifests:${name}`), [JSON.stringify([directory, derived])]);
  return bases;
}

function withoutUserInfo(url: string): string {
  const cut = cutUrl(url);
  return cut === undefined ? '' : cut.scheme + cut.host + cut.rest;
}

/** `required` says nothing of what the cluster contributes. */
function access({ required: _required, ...rest }: ClusterConfig): object {
  return rest;
}

/** What decides on the publications that are made of cluster objects. */
function derivation({ selection, defaults, addresses }: Config): object {
  return { selection, defaults, addresses: [...addresses] };
}
