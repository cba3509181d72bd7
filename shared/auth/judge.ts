import type { Refusal } from './refusal.ts';
import type { Grant, Right } from './rights.ts';

/** Whom a request shows to be from, apart from anybody. */
export interface Shown {
  /** `wrong`: there are credentials, and they are nobody's. */
  readonly kind: 'known' | 'none' | 'wrong';
  /** Of everybody that it shows to be from. */
  readonly grants: readonly Grant[];
}

/** What anybody may do, and whether there are credentials to ask for. */
export interface Rules {
  readonly anonymous: ReadonlySet<Right>;
  readonly hasCredentials: boolean;
}

/**
 * Whether a request may do what takes a right. Whoever shows credentials may do what anybody may, wrong ones included: so
 * passwords are given out first, and asked for when everybody has one. `notOperator`: why a request may not operate a
 * server without credentials, see `notFromLoopback`.
 */
export function judge(
  rules: Rules,
  shown: Shown,
  right: Right,
  notOperator: () => string | undefined,
): Refusal | undefined {
  if (rules.anonymous.has(right) || shown.grants.some(({ rights }) => rights.has(right))) return undefined;
  if (!rules.hasCredentials) {
    if (right !== 'operate')
      return { status: 403, code: 'no-right', reason: `nobody has the right ${right} here (auth.anonymous)` };
    const reason = notOperator();
    return reason === undefined ? undefined : { status: 403, code: 'not-loopback', reason };
  }
  switch (shown.kind) {
    case 'known':
      return { status: 403, code: 'no-right', reason: `these credentials lack the right ${right}` };
    case 'wrong':
      return { status: 401, code: 'wrong-credentials', reason: 'these credentials are not known here' };
    case 'none':
      return {
        status: 401,
        code: 'no-credentials',
        reason: 'credentials are needed here: user and password in the URL, or a bearer token',
      };
  }
}
