import { networkInterfaces } from 'node:os';

/**
 * An address of this machine other than loopback. Whoever connects to it is seen under it, as another machine would be
 * under its own. `undefined` on a machine without any. Link-local IPv6 addresses need a zone and are left out.
 */
export function addressBesideLoopback(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((some = []) => some);
  return all
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .toSorted((one, other) => one.family.localeCompare(other.family))
    .map(({ address }) => address)[0];
}
