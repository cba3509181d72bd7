import { err } from '../result.ts';

/** Stable codes of every reason why a candidate is not served; the texts are for people, the codes for scripts. */
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
  /** One sentence that says what is the matter and what would change it. */
  readonly reason: string;
}

/** A candidate that did not become an entry, and why: nothing is skipped silently. */
export interface Refusal extends RefusalCause {
  /** What was refused, `cluster/namespace/ingress`, `source/instance id`. */
  readonly object: string;
  /**
   * The name that the object claims all the same: it asks to be published, and what keeps it from it may pass. Absent
   * for what claims nothing, as an Ingress outside the selection or a registration.
   */
  readonly claim?: NameClaim;
}

/** An object's claim to an application's name. */
export interface NameClaim {
  readonly cluster: string;
  readonly namespace: string;
  readonly ingress: string;
  /** Epoch milliseconds of the object's creation; 0: not known. */
  readonly createdAt: number;
}

export function refused(code: RefusalCode, reason: string): { readonly ok: false; readonly error: RefusalCause } {
  return err({ code, reason });
}
