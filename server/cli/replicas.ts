import { lookup, type LookupAddress } from 'node:dns';
import { err, ok, type Result } from '../../shared/result.ts';
import { hideUserInfo } from '../../shared/text/user-info.ts';

/** One server to ask. */
export interface Replica {
  readonly base: URL;
  /** Where its name has several: the one address of this server. */
  readonly address: LookupAddress | undefined;
  /** For people: `http://eurek8s:8761 (10.0.0.7)`. */
  readonly name: string;
}

export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The server of a URL, at whichever address of its name answers. */
export function oneReplica(server: string): Result<Replica, string> {
  const base = URL.parse(server);
  if (base === null || !/^https?:$/.test(base.protocol))
    return err(`"${hideUserInfo(server)}" is not a URL like http://eurek8s:8761`);
  return ok({ base, address: undefined, name: base.origin });
}

/**
 * Every server behind a URL, as each replica speaks for itself: one for each address of its name. `localhost` is this
 * machine, whatever its addresses.
 */
export async function replicasOf(
  server: string,
  resolve: Resolve = systemAddresses,
): Promise<Result<readonly Replica[], string>> {
  const one = oneReplica(server);
  if (!one.ok) return one;
  const { base, name } = one.value;
  if (base.hostname === 'localhost') return ok([one.value]);
  try {
    const addresses = await resolve(base.hostname.replace(/^\[|\]$/g, ''));
    if (addresses.length < 2) return ok([one.value]);
    return ok(addresses.map((address) => ({ base, address, name: `${name} (${address.address})` })));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return err(`${name} does not answer: its name cannot be resolved (${code})`);
  }
}

async function systemAddresses(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
  });
}
