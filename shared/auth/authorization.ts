/** The credentials in the header `Authorization`. */
export type Authorization =
  | {
      readonly kind: 'basic';
      /** `user:password`, one character for each byte that was sent, because clients do not state their encoding. */
      readonly userPass: string;
    }
  | { readonly kind: 'bearer'; readonly token: string };

const SCHEME_AND_REST = /^(basic|bearer) +(\S+) *$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Returns `undefined` for other schemes and for credentials that cannot be read: both count as wrong credentials. */
export function readAuthorization(header: string): Authorization | undefined {
  const [, scheme, rest = ''] = SCHEME_AND_REST.exec(header) ?? [];
  switch ((scheme ?? '').toLowerCase()) {
    case 'basic':
      return BASE64.test(rest) ? { kind: 'basic', userPass: atob(rest) } : undefined;
    case 'bearer':
      return { kind: 'bearer', token: rest };
    default:
      return undefined;
  }
}

/**
 * The spellings of a user and password that clients may send, each byte as one character: in UTF-8, and in Latin-1
 * where that is possible. Eureka clients of both kinds exist, and neither kind states its encoding.
 */
export function userPassSpellings(user: string, password: string): readonly string[] {
  const text = `${user}:${password}`;
  const utf8 = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  const isLatin1 = /^[\0-\xff]*$/.test(text);
  return isLatin1 && utf8 !== text ? [utf8, text] : [utf8];
}
