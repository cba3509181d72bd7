import { createHash } from 'node:crypto';
import type { BundledPackage } from './bundled.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
}

/** The parts of a CycloneDX document that are read or changed here. */
export interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber?: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/**
 * What npm makes of the lock file (`npm sbom`), cut down to what is in the bundle, and the same for the same input: npm
 * writes the time, a random number and the name of the folder. Throws when npm does not know a bundled package.
 */
export function sbomOfBundle(ofNpm: Sbom, packages: readonly BundledPackage[]): Sbom {
  const wanted = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = ofNpm.components.filter(({ name, version }) => wanted.has(`${name}@${version}`));
  if (components.length !== wanted.size)
    throw new Error(`of ${wanted.size} bundled packages npm knows ${components.length}: npm ci?`);
  const { timestamp: _, component, ...metadata } = ofNpm.metadata;
  const root = component['bom-ref'];
  const kept = new Set([root, ...components.map((each) => each['bom-ref'])]);
  const sbom = {
    ...ofNpm,
    metadata: { ...metadata, component: { ...component, type: 'application', name: 'eurek8s' } },
    components,
    dependencies: ofNpm.dependencies
      .filter(({ ref }) => kept.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) })),
  };
  const { serialNumber: _random, ...content } = sbom;
  return { ...sbom, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}` };
}

/** A UUID of version 8 (RFC 9562): its maker decides what is in it. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
