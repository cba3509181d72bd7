import { stat } from 'node:fs/promises';

/** Which name servers are asked. */
export interface NameServers {
  /** Tells one state from the next. */
  readonly version: string;
  /** `address:port`; `undefined`: those that the system says. */
  readonly servers: readonly string[] | undefined;
}

/**
 * The servers of the system: a machine gets others while we run (DHCP, a VPN, an operator). The library reads the file when a
 * resolver is made, and never again, so that a change has to make another one.
 */
export function systemServers(path = '/etc/resolv.conf'): () => Promise<NameServers> {
  return async () => {
    try {
      const { mtimeMs, size, ino } = await stat(path);
      return { version: `${mtimeMs}/${size}/${ino}`, servers: undefined };
    } catch {
      // Not every system has one.
      return { version: 'missing', servers: undefined };
    }
  };
}
