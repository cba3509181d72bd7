import { isIpAddress, withoutBrackets } from '../address/ip-address.ts';
import { networkOf, unmapped, type Network } from '../address/network.ts';

/** Only this many hops at the end of a list are read: no chain of proxies is longer. */
const MAX_HOPS = 32;

/**
 * The address that a request comes from: the peer of the connection. If the peer is a trusted proxy, it is the last
 * address in `X-Forwarded-For` that is not a trusted proxy. Anybody may have written the addresses before that one.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: readonly Network[],
): string {
  let address = unmapped(peer ?? '');
  if (forwardedFor === undefined || networkOf(address, trusted) === undefined) return address;
  for (const hop of forwardedFor.split(',').slice(-MAX_HOPS).toReversed()) {
    const named = withoutPort(hop.trim());
    if (!isIpAddress(named)) break;
    address = unmapped(named);
    if (networkOf(address, trusted) === undefined) break;
  }
  return address;
}

/** Some balancers add the port: `10.0.0.7:51234`, `[fd00::7]:51234`. */
function withoutPort(hop: string): string {
  return withoutBrackets(hop.replace(/^(\[.*\]|[\d.]+):\d+$/, '$1'));
}
