/** Characters that stand in user-info as they are, by RFC 3986: unreserved ones and delimiters of its parts. */
const PLAIN = /[A-Za-z0-9\-._~!$&()*+,;=]/;

/** A URL cut by hand at its user-info: URL parsers drop and re-spell characters of it. */
export interface CutUrl {
  /** `http://` */
  readonly scheme: string;
  /** As written; undefined when there is none. */
  readonly userInfo: string | undefined;
  /** Host and port, as written. */
  readonly host: string;
  /** From the first `/`, `\`, `?` or `#` on. */
  readonly rest: string;
}

/** Undefined for what has no scheme and `//`. */
export function cutUrl(text: string): CutUrl | undefined {
  const [, scheme, authority, rest] = /^([a-z][a-z0-9+.-]*:\/\/)([^/\\?#]*)(.*)$/is.exec(text) ?? [];
  if (scheme === undefined || authority === undefined || rest === undefined) return undefined;
  const end = authority.lastIndexOf('@');
  return {
    scheme,
    userInfo: end < 0 ? undefined : authority.slice(0, end),
    host: authority.slice(end + 1),
    rest,
  };
}

/** The user-info in the one spelling that every URL parser leaves alone. */
export function canonicalUserInfo(userInfo: string): string {
  const [user, password] = userAndPassword(userInfo);
  return password === undefined ? escaped(user) : `${escaped(user)}:${escaped(password)}`;
}

/** The value of an `Authorization` header for the user-info of a URL; undefined when there is none. */
export function basicAuthorization(url: string): string | undefined {
  const userInfo = cutUrl(url)?.userInfo;
  if (userInfo === undefined) return undefined;
  const [user, password = ''] = userAndPassword(userInfo);
  return user === '' && password === '' ? undefined : `Basic ${btoa(`${bytes(user)}:${bytes(password)}`)}`;
}

/** The first colon separates: a password may have more of them. */
function userAndPassword(userInfo: string): readonly [user: string, password: string | undefined] {
  const end = userInfo.indexOf(':');
  return end < 0 ? [userInfo, undefined] : [userInfo.slice(0, end), userInfo.slice(end + 1)];
}

function escaped(written: string): string {
  return Array.from(bytes(written), (byte) => (PLAIN.test(byte) ? byte : escape(byte))).join('');
}

function escape(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}

/** One character a byte. A `%` that begins no escape is itself. */
function bytes(written: string): string {
  const encoded = Array.from(new TextEncoder().encode(written), (byte) => String.fromCharCode(byte)).join('');
  return encoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
