import { errorText } from '../error-text.ts';

/** What Node, its resolver and OpenSSL say of a connection is for programmers: here for whoever typed the URL. */
const FOR_PEOPLE: readonly (readonly [RegExp, string])[] = [
  [/(?:connect )?\bECONNREFUSED\b(?: \S+)?/, 'connection refused (is the server running?)'],
  [/\bgetaddrinfo (ENOTFOUND|EAI_AGAIN)\b(?: \S+)?/, 'its name cannot be resolved ($1)'],
  [
    /(?:[0-9A-F]+:)?error:[0-9A-F]+:[^:\n]*:[^:\n]*:wrong version number:.*\n?/,
    'no TLS is spoken at this port (is it meant for http://?)',
  ],
  [/(?:[0-9A-F]+:)?error:[0-9A-F]+:[^:\n]*:[^:\n]*:([^:\n]+):.*\n?/, 'TLS: $1'],
];

/** Why a connection failed, by what its error says. */
export function connectionProblem(text: string): string {
  const found = FOR_PEOPLE.find(([pattern]) => pattern.test(text));
  return found === undefined ? text : text.replace(...found);
}

/** The same of a caught value. */
export function connectionErrorText(error: unknown): string {
  if (!(error instanceof Error)) return errorText(error);
  // Node leaves the message empty when all addresses of a name refuse the connection.
  return connectionProblem(error.message || ('code' in error ? String(error.code) : error.name));
}
