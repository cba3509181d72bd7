declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Upper-cased application name: stock Eureka upper-cases it in paths and bodies before comparing. */
export type AppName = Branded<'AppName'>;
/** Instance id as clients send it, compared case-sensitively. */
export type InstanceId = Branded<'InstanceId'>;
/** Identifies one source of the configuration, `legacy`, `leases`, `cluster:main`, `manifests:local`. */
export type SourceId = Branded<'SourceId'>;

export function appName(text: string): AppName {
  return text.toUpperCase() as AppName;
}

export function instanceId(text: string): InstanceId {
  return text as InstanceId;
}

export function sourceId(text: string): SourceId {
  return text as SourceId;
}

/** Instance ids with this prefix are ours: registrations that claim one are refused, writes to one are answered here. */
export const SYNTHETIC_ID_PREFIX = 'eurek8s:';

/** Metadata key on every synthetic entry, `cluster/namespace/ingress`; polled entries that carry it are dropped (loop prevention). */
export const SOURCE_MARKER = 'eurek8s.io/source';

export function isSyntheticId(id: string): boolean {
  return id.startsWith(SYNTHETIC_ID_PREFIX);
}
