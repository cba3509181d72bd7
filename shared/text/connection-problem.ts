import { errorText } from '../error-text.ts';

/** What whoever reads the text can do about it. */
export interface WaysOut {
  /** How authorities are named here: `--ca FILE`. */
  readonly authorities?: string;
  /** What may be wrong where a new connection is closed, or refused by an alert. */
  readonly closed?: string;
}

const UNTRUSTED =
  /\b(self-signed certificate(?: in certificate chain)?|unable to verify the first certificate|unable to get (?:local )?issuer certificate)\b(?:; if the root CA is installed locally, [^\n]*)?/;
const TLS_ERROR = /(?:[0-9A-F]+:)?error:[0-9A-F]+:[^:\n]*:[^:\n]*:([^:\n]+):.*\n?/;

/** What Node, its resolver and OpenSSL say of a connection is for programmers: here for whoever typed the URL. */
const FOR_PEOPLE: readonly (readonly [RegExp, (found: string, waysOut: WaysOut) => string])[] = [
  [/(?:connect )?\bECONNREFUSED\b(?: \S+)?/, () => 'connection refused (is the server running?)'],
  [/\bgetaddrinfo (ENOTFOUND|EAI_AGAIN)\b(?: \S+)?/, (code) => `its name cannot be resolved (${code})`],
  [
    UNTRUSTED,
    (found, { authorities }) =>
      `its certificate is not believed: ${found}${authorities === undefined ? '' : `; ${authorities} names its authority`}`,
  ],
  [/\bcertificate has expired\b/, () => 'its certificate has ended'],
  [TLS_ERROR, tlsProblem],
  [/\bother side closed\b/, (_, { closed }) => `the other side closed the connection${asked(closed)}`],
];

/** Why a connection failed, by what its error says. The text may say so already. */
export function connectionProblem(text: string, waysOut: WaysOut = {}): string {
  for (const [pattern, told] of FOR_PEOPLE) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const { index, 0: whole, 1: part = '' } = found;
    const before = text.slice(0, index);
    // Told before.
    if (before.endsWith('its certificate is not believed: ')) return text;
    return before + told(part, waysOut) + text.slice(index + whole.length);
  }
  return text;
}

/** The same of a caught value. */
export function connectionErrorText(error: unknown, waysOut: WaysOut = {}): string {
  if (!(error instanceof Error)) return errorText(error);
  // Node leaves the message empty when all addresses of a name refuse the connection.
  return connectionProblem(error.message || ('code' in error ? String(error.code) : error.name), waysOut);
}

function tlsProblem(said: string, { closed }: WaysOut): string {
  if (said === 'wrong version number') return 'no TLS is spoken at this port (is it meant for http://?)';
  return /alert certificate required|alert (bad|unknown) certificate|alert unknown ca/.test(said)
    ? `TLS: ${said}${asked(closed)}`
    : `TLS: ${said}`;
}

function asked(what: string | undefined): string {
  return what === undefined ? '' : ` (${what})`;
}
