import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The machine itself; IPv4-mapped addresses count as the IPv4 address that they are. */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Besides `X-Forwarded-…`: what proxies tell of whom they ask for. */
const FORWARDING = new Set(['forwarded', 'via', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip']);

/** What of an `IncomingMessage` counts. */
export interface OperatorRequest {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingHttpHeaders;
}

/**
 * Why a request may not operate the server, that is, change something outside the Eureka protocol; `undefined`: it may.
 * Without credentials to ask for, the right belongs to whoever is on the machine itself. A web page that somebody there
 * looks at is not: its requests come from loopback too, but say another origin (or, when a name was bent to loopback,
 * another host).
 */
export function operatorRefusal({ socket, headers }: OperatorRequest): string | undefined {
  return notFromLoopback(socket.remoteAddress, headers) ?? fromAnotherOrigin(headers);
}

function notFromLoopback(peer: string | undefined, headers: IncomingHttpHeaders): string | undefined {
  const only = 'only the machine itself (loopback, no proxy in between) may do this';
  if (peer === undefined || !isLoopback(peer)) return `${only}: the request came from ${peer ?? 'nowhere'}`;
  const forwarding = Object.keys(headers).find((name) => name.startsWith('x-forwarded') || FORWARDING.has(name));
  if (forwarding !== undefined) return `${only}: the request was passed on, as it has the header ${forwarding}`;
  const host = hostOf(headers);
  if (host === undefined) return `${only}: the request names no host`;
  const name = host.hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || isLoopback(name) ? undefined : `${only}: the request is for the host ${name}`;
}

/** What browsers say of a request that a page sends; other clients send neither header. */
function fromAnotherOrigin(headers: IncomingHttpHeaders): string | undefined {
  const { origin, 'sec-fetch-site': site } = headers;
  const foreign = 'a page of another origin may not do this';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return `${foreign}: Sec-Fetch-Site is ${site}`;
  if (origin === undefined || URL.parse(origin)?.host === hostOf(headers)?.host) return undefined;
  return `${foreign}: Origin is ${origin}`;
}

function hostOf({ host }: IncomingHttpHeaders): URL | undefined {
  return (host === undefined ? null : URL.parse(`http://${host}/`)) ?? undefined;
}

function isLoopback(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return LOOPBACK.check(address, 'ipv4');
    case 6:
      return LOOPBACK.check(address, 'ipv6');
    default:
      return false;
  }
}
