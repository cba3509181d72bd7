import { parseHostName } from '../address/host-name.ts';
import { err, type Result } from '../result.ts';

/**
 * One spelling for the hosts of rules and of spec.tls, so that they can be compared: lower case, punycode, without the
 * final dot. Empty and `*` stand for any host. What is not a host name stays unchanged, and is refused when it is
 * chosen.
 */
export function hostPattern(text: string): string {
  const prefix = text.startsWith('*.') ? '*.' : '';
  const name = parseHostName(text.slice(prefix.length));
  return name.ok ? prefix + name.value : text.toLowerCase();
}

/**
 * Parses a host that callers can put into their Host header. DNS names may have underscores, but Java's `URI` finds no
 * host in a URL with one, and Ribbon then fails every call. So they are refused, as an API server does. The error is
 * for people.
 */
export function parseIngressHost(text: string): Result<string, string> {
  const name = parseHostName(text);
  if (!name.ok) return name;
  return name.value.includes('_') ? err('it has an underscore, with which Java callers find no host in a URL') : name;
}

export function isWildcard(pattern: string): boolean {
  return pattern.startsWith('*');
}

/**
 * Whether a host of a rule or of spec.tls covers `host`. A wildcard stands for exactly one label, `*` alone for every
 * host.
 */
export function coversHost(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  return pattern.startsWith('*.') && wildcardOver(host) === pattern;
}

/** `*.example.com` for `carol.example.com`; `undefined` when there is no label to replace. */
export function wildcardOver(host: string): string | undefined {
  const dot = host.indexOf('.');
  return dot > 0 ? `*${host.slice(dot)}` : undefined;
}

/** The patterns that may serve the host, most specific first, as ingress controllers choose. */
export function patternsOver(host: string): readonly string[] {
  const wildcard = wildcardOver(host);
  return wildcard === undefined ? [host, ''] : [host, wildcard, ''];
}
