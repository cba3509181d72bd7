/** Characters that user-info may contain unescaped by RFC 3986: unreserved ones and delimiters of its parts. */
const PLAIN = /[A-Za-z0-9\-._~!$&()*+,;=]/;

/** A URL cut at its user-info. A URL parser would not do: it drops and re-spells characters. */
export interface CutUrl {
  /** `http://` */
  readonly scheme: string;
  /** As written; `undefined` when there is none. */
  readonly userInfo: string | undefined;
  /** Host and port, as written. */
  readonly host: string;
  /** From the first `/`, `\`, `?` or `#` on. */
  readonly rest: string;
}

/** `undefined` for a text without a scheme and `//`. */
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

/** The user-info in the one spelling that no URL parser changes. */
export function canonicalUserInfo(userInfo: string): string {
  const [user, password] = userAndPassword(userInfo);
  return password === undefined ? escaped(user) : `${escaped(user)}:${escaped(password)}`;
}

/** The value of an `Authorization` header for the user-info of a URL; `undefined` when there is none. */
export function basicAuthorization(url: string): string | undefined {
  const userInfo = cutUrl(url)?.userInfo;
  if (userInfo === undefined) return undefined;
  const [user, password = ''] = userAndPassword(userInfo);
  return user === '' && password === '' ? undefined : `Basic ${btoa(`${bytes(user)}:${bytes(password)}`)}`;
}

/** The first colon separates them: a password may contain more. */
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

/** The bytes of the text, one character for each. A `%` that begins no escape stands for itself. */
function bytes(written: string): string {
  const encoded = Array.from(new TextEncoder().encode(written), (byte) => String.fromCharCode(byte)).join('');
  return encoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
