import { fileVersion } from './file-version.ts';

/** The name servers to ask. */
export interface NameServers {
  /** Different when the servers may be different. */
  readonly version: string;
  /** `address:port`; `undefined`: those of the system. */
  readonly servers: readonly string[] | undefined;
}

/**
 * The servers of the system. They may change while the process runs (DHCP, a VPN, an operator). The library reads the
 * file only when a resolver is made, so a change has to make another one.
 */
export function systemServers(path = '/etc/resolv.conf'): () => Promise<NameServers> {
  return async () => {
    try {
      return { version: await fileVersion(path), servers: undefined };
    } catch {
      // Not every system has one.
      return { version: 'missing', servers: undefined };
    }
  };
}
