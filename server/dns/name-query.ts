import { lookup as systemLookup, promises as dns } from 'node:dns';
import CacheableLookup from 'cacheable-lookup';
import { HostsFile } from './hosts-file.ts';
import { systemServers, type NameServers } from './name-servers.ts';

/** The outcome of one query. A query that could not be made, or had no answer, throws. */
export type NameAnswer =
  | { readonly kind: 'found'; readonly addresses: readonly string[]; readonly ttlMs: number | undefined }
  | { readonly kind: 'absent'; readonly reason: string };

export type NameQuery = (name: string) => Promise<NameAnswer>;

export interface NameQueryOptions {
  /** Called before each query, so that a change of the servers takes effect with the next one. */
  readonly servers: () => Promise<NameServers>;
  readonly hostsFile: string;
  /** The system's look-up (nsswitch), for names that DNS does not have; `false`: none. */
  readonly systemLookup: typeof systemLookup | false;
  /** Of one attempt; there is a second one for a lost packet. */
  readonly timeoutMs: number;
}

const SYSTEM: NameQueryOptions = {
  servers: systemServers(),
  hostsFile: '/etc/hosts',
  systemLookup,
  timeoutMs: 1_500,
};

/**
 * Makes the query that resolves names: by the hosts file, then by DNS with its TTL, then by the system's look-up. It
 * returns IPv4 addresses, and IPv6 addresses only where there are no others. Every name is absolute. With search
 * domains `bob.example.com` could be `bob.example.com.corp.example`, and a wildcard there answers for every name that
 * does not exist.
 */
export function nameQuery(given: Partial<NameQueryOptions> = {}): NameQuery {
  const options = { ...SYSTEM, ...given };
  const hosts = new HostsFile(options.hostsFile);
  let current: { readonly version: string; readonly lookup: CacheableLookup } | undefined;
  const latest = async (): Promise<CacheableLookup> => {
    const { version, servers } = await options.servers();
    // Queries under way keep their resolver.
    if (current?.version !== version) current = { version, lookup: lookupBy(options, servers) };
    return current.lookup;
  };
  return async (asked) => {
    const name = asked.toLowerCase().replace(/\.$/, '');
    const listed = preferIpv4(await hosts.addresses(name));
    if (listed.length > 0) return { kind: 'found', addresses: listed, ttlMs: undefined };
    if (name === 'localhost' || name.endsWith('.localhost')) return LOOPBACK;
    try {
      const entries = await (await latest()).lookupAsync(`${name}.`, { all: true });
      const ttls = entries.flatMap(({ ttl }) => ttl ?? []);
      const ttlMs = ttls.length === 0 ? undefined : Math.min(...ttls) * 1_000;
      return { kind: 'found', addresses: preferIpv4(entries.map(({ address }) => address)), ttlMs };
    } catch (error) {
      if (codeOf(error) === 'ENOTFOUND') return { kind: 'absent', reason: `${name} does not exist` };
      throw error;
    }
  };
}

function lookupBy(
  { timeoutMs, systemLookup: system }: NameQueryOptions,
  servers: NameServers['servers'],
): CacheableLookup {
  return new CacheableLookup({
    resolver: ipv4First(timeoutMs, servers),
    // `NameWatch` keeps the answers for their TTL and asks again.
    maxTtl: 0,
    fallbackDuration: 0,
    lookup: system,
  });
}

/** Reserved by RFC 6761, 6.3: `localhost` is never looked up in DNS. */
const LOOPBACK: NameAnswer = { kind: 'found', addresses: ['127.0.0.1'], ttlMs: undefined };

/**
 * A resolver that asks for AAAA records only when there are no A records. cacheable-lookup sends both queries at once,
 * and loses a good A answer when the AAAA query fails.
 */
function ipv4First(timeoutMs: number, servers: NameServers['servers']): dns.Resolver {
  const resolver = new dns.Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const resolve4 = resolver.resolve4.bind(resolver);
  const resolve6 = resolver.resolve6.bind(resolver);
  const noIpv4 = new Map<string, Promise<boolean>>();
  return Object.assign(resolver, {
    resolve4(name: string, options: { ttl: true }) {
      const answer = resolve4(name, options);
      noIpv4.set(
        name,
        answer.then(
          (records) => records.length === 0,
          (error: unknown) => codeOf(error) === 'ENODATA',
        ),
      );
      return answer;
    },
    async resolve6(name: string, options: { ttl: true }) {
      const wanted = noIpv4.get(name);
      noIpv4.delete(name);
      return (await wanted) === true ? resolve6(name, options) : [];
    },
  });
}

function preferIpv4(addresses: readonly string[]): readonly string[] {
  const unique = [...new Set(addresses)].toSorted();
  const ipv4 = unique.filter((address) => !address.includes(':'));
  return ipv4.length > 0 ? ipv4 : unique;
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
