import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { addressOf } from './answer.ts';
import type { Entry } from './truth.ts';

const ADDRESS = '10.20.0.80';

export interface PublishedManifests {
  /** As in the configuration. */
  readonly manifests: readonly { readonly name: string; readonly directory: string }[];
  readonly entries: readonly (readonly [key: string, entry: Entry])[];
}

/** A directory with an Ingress, a Service and its endpoints for each name, and the entries that are made of them. */
export function publishedManifests(parent: string, names: readonly string[], address = ADDRESS): PublishedManifests {
  const directory = join(parent, 'manifests');
  mkdirSync(directory);
  for (const name of names)
    for (const [n, object] of [rawIngress(name), rawService(name), rawEndpointSlice(`${name}-x`, name, 1)].entries())
      writeFileSync(join(directory, `${name}-${n}.yaml`), JSON.stringify(object));
  const manifests = [{ name: 'local', directory }];
  return { manifests, entries: names.map((name) => publishedEntry('local', 'shop', name, address)) };
}

/** The entry of an Ingress `name` whose host is `NAME.k8s.example.com`. */
export function publishedEntry(
  source: string,
  namespace: string,
  name: string,
  address = ADDRESS,
): readonly [key: string, entry: Entry] {
  const host = `${name}.k8s.example.com`;
  const id = `eurek8s:${source}:${namespace}:${name}:${host}:0`;
  return [`${name.toUpperCase()}/${id}`, { address: addressOf(host, address, 80), statuses: ['UP'] }];
}
