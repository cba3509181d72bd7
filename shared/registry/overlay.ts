import { networkOf, parseNetwork, type Network } from '../address/network.ts';
import type { Config, OverlayConfig } from '../config/config.ts';
import type { InstanceRecord } from '../model/instance.ts';
import { sourceId } from '../model/names.ts';

/**
 * The leases of Pods that register addresses which callers cannot reach. They are kept here, and the legacy never hears
 * of them. What this source contributes is never served, so that all replicas serve the same, whichever has them.
 */
export const ABSORBED = sourceId('overlay');

export interface OverlayRules {
  /** Networks inside a cluster, whose addresses are hidden; empty: none is. */
  readonly networks: readonly Network[];
}

/** Throws on what the check of the configuration would have refused. */
export function overlayRules({ cidrs, action }: OverlayConfig): OverlayRules {
  if (action === 'forward') return { networks: [] };
  return {
    networks: cidrs.map((text) => {
      const network = parseNetwork(text);
      if (!network.ok) throw new Error(network.error);
      return network.value;
    }),
  };
}

/** A registry of our own keeps those leases as it keeps all others, and hides them. */
export function absorbs({ overlay, leases }: Pick<Config, 'overlay' | 'leases'>): boolean {
  return overlay.action === 'absorb' && overlay.cidrs.length > 0 && !leases.enabled;
}

/** What of a registration callers cannot reach, and why. */
export interface Unreachable {
  readonly address: string;
  readonly network: Network;
}

/**
 * Callers connect to the host name or to the address, by their settings. A host name counts only when it is an address
 * itself: what a name resolves to depends on who asks. In a URL an address may have a final dot, as a name has.
 */
export function unreachable(
  { ipAddr, hostName }: Pick<InstanceRecord, 'ipAddr' | 'hostName'>,
  { networks }: OverlayRules,
): Unreachable | undefined {
  if (networks.length === 0) return undefined;
  for (const text of hostName === ipAddr ? [ipAddr] : [ipAddr, hostName]) {
    const address = text.trim().replace(/\.$/, '');
    const network = networkOf(address, networks);
    if (network !== undefined) return { address, network };
  }
  return undefined;
}
