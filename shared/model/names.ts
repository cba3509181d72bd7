declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** An application name in upper case: stock Eureka upper-cases it in paths and bodies before it compares. */
export type AppName = Branded<'AppName'>;
/** An instance id as clients send it. Case-sensitive. */
export type InstanceId = Branded<'InstanceId'>;
/** One source of the configuration: `legacy`, `leases`, `cluster:main`, `manifests:local`. */
export type SourceId = Branded<'SourceId'>;

export function appName(text: string): AppName {
  return text.toUpperCase() as AppName;
}

/**
 * A vip address as rights and ownership compare it. Stock servers compare character by character, but stock clients in
 * upper case, and others trim it.
 */
export function vipName(element: string): string {
  return element.trim().toUpperCase();
}

export function instanceId(text: string): InstanceId {
  return text as InstanceId;
}

export function sourceId(text: string): SourceId {
  return text as SourceId;
}

/**
 * Ids of synthetic entries begin with it. Registrations with such an id are refused, and writes to one are answered
 * here.
 */
export const SYNTHETIC_ID_PREFIX = 'eurek8s:';

/**
 * Metadata key of every synthetic entry; the value is `cluster/namespace/ingress`. Registrations that have it are
 * refused.
 */
export const SOURCE_MARKER = 'eurek8s.io/source';

/**
 * Metadata key that a synthetic entry has besides when Eurek8s itself registers it in the legacy (`legacy.publish`). It
 * tells such a registration from one that a server made of what it read here.
 */
export const PUBLISHED_MARKER = 'eurek8s.io/published';

export function isSyntheticId(id: string): boolean {
  return id.startsWith(SYNTHETIC_ID_PREFIX);
}
