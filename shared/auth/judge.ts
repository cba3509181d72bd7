import type { Refusal } from './refusal.ts';
import type { Grant, Right } from './rights.ts';

/** The identity that a request proves. */
export interface Shown {
  /** `wrong`: the request has credentials that match no known ones. */
  readonly kind: 'known' | 'none' | 'wrong';
  /** The grants of all credentials of the request that match. */
  readonly grants: readonly Grant[];
}

/** The anonymous rights, and whether any credentials are configured. */
export interface Rules {
  readonly anonymous: ReadonlySet<Right>;
  readonly hasCredentials: boolean;
  /** Whether clients are asked for certificates. */
  readonly asksForCertificates: boolean;
}

/** What a refusal may depend on besides, asked for only then. */
export interface Circumstances {
  /** Why a request may not operate a server without credentials, see `notFromLoopback`. */
  readonly notOperator: () => string | undefined;
  /** What the client certificate has to do with it, see `certificateNote`. */
  readonly certificateNote: () => string;
}

/** Whether a request may use a right without further questions. Nearly all may, so that nothing is made for them. */
export function admits(rules: Rules, shown: Shown, right: Right): boolean {
  if (rules.anonymous.has(right)) return true;
  for (const { rights } of shown.grants) if (rights.has(right)) return true;
  return false;
}

/**
 * Decides whether a request may use a right. The anonymous rights also cover requests with credentials, even wrong
 * ones: passwords can be distributed first, and required when all clients have one.
 */
export function judge(
  rules: Rules,
  shown: Shown,
  right: Right,
  { notOperator, certificateNote }: Circumstances,
): Refusal | undefined {
  if (admits(rules, shown, right)) return undefined;
  if (!rules.hasCredentials) {
    if (right !== 'operate')
      return { status: 403, code: 'no-right', reason: `nobody has the right ${right} here (auth.anonymous)` };
    const reason = notOperator();
    return reason === undefined ? undefined : { status: 403, code: 'not-loopback', reason };
  }
  const note = certificateNote();
  switch (shown.kind) {
    case 'known':
      return { status: 403, code: 'no-right', reason: `these credentials lack the right ${right}${note}` };
    case 'wrong':
      return { status: 401, code: 'wrong-credentials', reason: `these credentials are not known here${note}` };
    case 'none':
      return { status: 401, code: 'no-credentials', reason: `credentials are needed here: ${waysIn(rules)}${note}` };
  }
}

function waysIn({ asksForCertificates }: Rules): string {
  return asksForCertificates
    ? 'user and password in the URL, a bearer token, or a client certificate'
    : 'user and password in the URL, or a bearer token';
}
