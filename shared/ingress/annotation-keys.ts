import { closest } from '../text/closest.ts';

const OUR_DOMAIN = 'eurek8s.io';
export const ANNOTATION_PREFIX = `${OUR_DOMAIN}/`;
/** `eurek8s.io/metadata.<key>` becomes the metadata entry `<key>`. */
export const METADATA_PREFIX = `${ANNOTATION_PREFIX}metadata.`;

/** Every annotation of ours on an Ingress, without the prefix; `publish` also counts on a Namespace. */
export const ANNOTATION_KEYS = [
  'publish',
  'app',
  'host',
  'path',
  'scheme',
  'port',
  'secure-port',
  'vip',
  'secure-vip',
  'zone',
  'health-path',
  'status-path',
  'home-path',
  'address',
  'status',
  'traffic',
  'traffic-start',
  'policy',
] as const;
export type AnnotationKey = (typeof ANNOTATION_KEYS)[number];

/**
 * On a Service that has no EndpointSlice at all, as in manifests that are applied nowhere: how many ready endpoints it
 * shall count as.
 */
export const READY_ENDPOINTS = `${ANNOTATION_PREFIX}ready-endpoints`;

/**
 * Ours, or a typing error of ours before the slash (`eureka8s.io/publish`): kept, so that a reason can ask what was meant.
 */
export function isNearlyOurs(key: string): boolean {
  if (key.startsWith(ANNOTATION_PREFIX)) return true;
  const slash = key.indexOf('/');
  return slash > 0 && /^eu/i.test(key) && closest(key.slice(0, slash), [OUR_DOMAIN]) !== undefined;
}

/** The full key, as it stands on the object. */
export function annotation(key: AnnotationKey): string {
  return ANNOTATION_PREFIX + key;
}
