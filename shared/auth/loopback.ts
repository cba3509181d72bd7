import { withoutBrackets } from '../address/ip-address.ts';
import { networkAround, networkOf, type Network } from '../address/network.ts';
import { hostOf, type RequestHeaders } from './request-headers.ts';

/** The addresses of the machine itself. IPv4-mapped addresses count as the IPv4 addresses that they are. */
const LOOPBACK: readonly Network[] = ['127.0.0.0/8', '::1'].flatMap((text) => {
  const network = networkAround(text);
  return network.ok ? [network.value] : [];
});

/** Headers besides `X-Forwarded-…` in which proxies name the client or themselves. */
const FORWARDING = new Set(['forwarded', 'via', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip']);

/**
 * Why a request does not come from the machine itself; `undefined` when it does. The Host header reveals a foreign name
 * that resolves to loopback (DNS rebinding). Further headers reveal a proxy on the machine.
 */
export function notFromLoopback(peer: string | undefined, headers: RequestHeaders): string | undefined {
  const only = 'only the machine itself (loopback, no proxy in between) may do this';
  if (peer === undefined || !isLoopback(peer)) return `${only}: the request came from ${peer ?? 'nowhere'}`;
  const forwarding = Object.keys(headers).find((name) => name.startsWith('x-forwarded') || FORWARDING.has(name));
  if (forwarding !== undefined) return `${only}: the request was passed on, as it has the header ${forwarding}`;
  const host = hostOf(headers);
  if (host === undefined) return `${only}: the request names no host`;
  const name = withoutBrackets(host.hostname);
  return name === 'localhost' || isLoopback(name) ? undefined : `${only}: the request is for the host ${name}`;
}

function isLoopback(address: string): boolean {
  return networkOf(address, LOOPBACK) !== undefined;
}
