import { lookup, type LookupAddress } from 'node:dns';
import { err, ok, type Result } from '../../shared/result.ts';
import { shownUrl } from '../../shared/text/shown-url.ts';
import type { TlsMaterial } from '../ports/tls.ts';
import { URL_ACCESS, type Access } from './access.ts';

/** One server to ask. */
export interface Replica {
  readonly base: URL;
  /** The value of the header `Authorization`. */
  readonly authorization: string | undefined;
  readonly tls: TlsMaterial;
  /** The address of this server, where its name has several. */
  readonly address: LookupAddress | undefined;
  /** For people: `http://eurek8s:8761 (10.0.0.7)`. */
  readonly name: string;
}

export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The server of a URL, at whichever address of its name answers. */
export function oneReplica(server: string, access: Access = URL_ACCESS): Result<Replica, string> {
  const base = URL.parse(server);
  if (base === null || !/^https?:$/.test(base.protocol))
    return err(`"${shownUrl(server)}" is not a URL like http://eurek8s:8761`);
  const { tls } = access;
  return ok({ base, authorization: access.authorization(server), tls, address: undefined, name: base.origin });
}

/**
 * Every server behind a URL: one for each address of its name, because each replica answers only for itself.
 * `localhost` is one server, whatever its addresses.
 */
export async function replicasOf(
  server: string,
  access: Access,
  resolve: Resolve = systemAddresses,
): Promise<Result<readonly Replica[], string>> {
  const one = oneReplica(server, access);
  if (!one.ok) return one;
  const { base, name } = one.value;
  if (base.hostname === 'localhost') return ok([one.value]);
  try {
    const addresses = await resolve(base.hostname.replace(/^\[|\]$/g, ''));
    if (addresses.length < 2) return ok([one.value]);
    return ok(addresses.map((address) => ({ ...one.value, address, name: `${name} (${address.address})` })));
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
