import { closest } from '../text/closest.ts';

const OUR_DOMAIN = 'eurek8s.io';
export const ANNOTATION_PREFIX = `${OUR_DOMAIN}/`;
/** `eurek8s.io/metadata.<key>` becomes the metadata entry `<key>`. */
export const METADATA_PREFIX = `${ANNOTATION_PREFIX}metadata.`;

/** Every annotation of ours on an Ingress, without the prefix; `publish` is also valid on a Namespace. */
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
  'copies',
  'policy',
  'probe',
] as const;
export type AnnotationKey = (typeof ANNOTATION_KEYS)[number];

/** The number of ready endpoints of a Service without any EndpointSlice, as in manifests that are applied nowhere. */
export const READY_ENDPOINTS = `${ANNOTATION_PREFIX}ready-endpoints`;

/**
 * Whether the prefix is ours or a misspelling of ours (`eureka8s.io/publish`). Such keys are kept, so that a reason can
 * suggest the right one.
 */
export function isNearlyOurs(key: string): boolean {
  if (key.startsWith(ANNOTATION_PREFIX)) return true;
  const slash = key.indexOf('/');
  return slash > 0 && /^eu/i.test(key) && closest(key.slice(0, slash), [OUR_DOMAIN]) !== undefined;
}

/** The full key, as it is written on the object. */
export function annotation(key: AnnotationKey): string {
  return ANNOTATION_PREFIX + key;
}
