/** What the header `Authorization` presents. */
export type Authorization =
  | {
      readonly kind: 'basic';
      /** `user:password`, one character for each byte that was sent: the encoding is the client's secret. */
      readonly userPass: string;
    }
  | { readonly kind: 'bearer'; readonly token: string };

const SCHEME_AND_REST = /^(basic|bearer) +(\S+) *$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** `undefined` for what is neither, or cannot be read: such credentials are wrong ones. */
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
 * How clients may spell a user and password in bytes, each byte as one character: UTF-8, and Latin-1 where it can. Eureka
 * clients of both kinds exist, and none of them says which it is.
 */
export function userPassSpellings(user: string, password: string): readonly string[] {
  const text = `${user}:${password}`;
  const utf8 = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  const isLatin1 = /^[\0-\xff]*$/.test(text);
  return isLatin1 && utf8 !== text ? [utf8, text] : [utf8];
}
