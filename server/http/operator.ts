import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The loopback networks. `BlockList` matches an IPv4-mapped address against the IPv4 ones. */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Headers, besides `X-Forwarded-…`, in which proxies name the client that they forward for. */
const FORWARDING = new Set(['forwarded', 'via', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip']);

/** The part of an `IncomingMessage` that decides. */
export interface OperatorRequest {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingHttpHeaders;
}

/**
 * Why a request may not operate the server, that is, change something outside the Eureka protocol; `undefined`: it may.
 * There are no credentials, so the right belongs to processes on the machine itself. A web page in a browser there does
 * not have it: its requests come from loopback too, but name another origin, or another host when a name was rebound to
 * loopback.
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

/** By the headers that browsers add to the requests of a page; other clients send neither. */
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
