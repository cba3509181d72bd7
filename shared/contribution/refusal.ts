import { err } from '../result.ts';

/** The codes of all reasons why a candidate is not served. They are stable, for scripts; the texts are for people. */
export const REFUSAL_CODES = [
  'not-selected',
  'opted-out',
  'class-not-allowed',
  'namespace-not-selected',
  'label-not-selected',
  'being-deleted',
  'api-version',
  'canary',
  'no-host',
  'bad-host',
  'wildcard-host',
  'no-http-rule',
  'path-not-root',
  'no-backend-service',
  'service-not-found',
  'external-name-service',
  'port-not-found',
  'route-taken',
  'no-gateway',
  'gateway-not-found',
  'no-listener',
  'not-accepted',
  'conditional-match',
  'redirect-only',
  'reference-not-granted',
  'in-transition',
  'out-of-reach',
  'no-address',
  'bad-annotation',
  'ownership',
  'namespace-not-allowed',
  'policy',
  'traffic-zero',
  'traffic-full',
  'traffic-limit',
  'id-reserved',
  'id-taken',
  'own-marker',
  'overlay',
  'deployment-not-found',
  'internal-error',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Why a candidate is not served. */
export interface RefusalCause {
  readonly code: RefusalCode;
  /** One sentence: what is wrong, and what would change it. */
  readonly reason: string;
}

/** A candidate that did not become an entry, and why. Nothing is skipped silently. */
export interface Refusal extends RefusalCause {
  /** What was refused: `cluster/namespace/ingress`, `cluster/namespace/httproute/route` or `source/instance id`. */
  readonly object: string;
  /**
   * The claim that a refused Ingress keeps on the application's name, because the reason may pass. Absent for what
   * claims nothing, such as an Ingress outside the selection or a registration.
   */
  readonly claim?: NameClaim;
}

/** The claim of an Ingress or HTTPRoute on the name of an application. */
export interface NameClaim {
  readonly cluster: string;
  readonly namespace: string;
  readonly ingress: string;
  /** Absent: an Ingress. */
  readonly kind?: 'HTTPRoute';
  /** Epoch milliseconds of the creation of the object; 0 when unknown. */
  readonly createdAt: number;
}

/** A failed `Result` whose error is a refusal. */
export function refused(code: RefusalCode, reason: string): { readonly ok: false; readonly error: RefusalCause } {
  return err({ code, reason });
}
