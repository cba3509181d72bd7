import { isIpAddress } from '../address/ip-address.ts';
import { byText } from '../model/order.ts';
import { ok, type Result } from '../result.ts';
import { annotation } from './annotation-keys.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { StrippedIngress } from './stripped.ts';

/** Names to addresses, as a resolver knows them now. */
export interface NameLookup {
  /** Empty: the name is known not to exist. `undefined`: nothing is known yet. */
  addresses(name: string): readonly string[] | undefined;
  /** Why nothing is known; `undefined` while the first answer is awaited. */
  failure(name: string): string | undefined;
}

export interface AddressSources {
  readonly annotated: readonly string[] | undefined;
  /** Of the Ingress class, from the configuration. */
  readonly configured: readonly string[] | undefined;
  readonly host: string;
  readonly loadBalancer: StrippedIngress['loadBalancer'];
  /** What the entry has now: kept while it is one of the right ones, and while nothing better is known. */
  readonly current: string | undefined;
}

export interface AddressChoice {
  readonly address: string;
  readonly notices: readonly string[];
}

/** One place to look: its addresses and names, and what it is called in a reason. */
interface Place {
  readonly from: string;
  readonly entries: readonly string[];
}

/**
 * The first place that gives an address wins. Several addresses are as good as one another, so the current one stays:
 * rotation is not a change. What was said explicitly is not passed over when its name cannot be resolved.
 * A lookup that fails (as opposed to one that says "no such name") is no reason to withdraw an entry or to hold one back:
 * callers resolve the host name by themselves and few ever look at the address, so the name stands in for it.
 */
export function chooseAddress(sources: AddressSources, names: NameLookup): Result<AddressChoice, RefusalCause> {
  const places = placesOf(sources);
  const known = new Set<string>();
  const failing: string[] = [];
  const absent: string[] = [];
  for (const { from, entries } of places) {
    for (const entry of entries) {
      const addresses = isIpAddress(entry) ? [entry] : names.addresses(entry);
      for (const address of addresses ?? []) known.add(address);
      if (addresses === undefined && names.failure(entry) === undefined) return pending(entry, from, sources.current);
      if (addresses === undefined) failing.push(entry);
      else if (addresses.length === 0) absent.push(`${entry} (${from}) does not exist`);
    }
    if (known.size > 0) return ok({ address: pick(known, sources.current), notices: [] });
  }
  const [name] = failing;
  if (name !== undefined) return unresolved(name, names.failure(name) ?? 'no answer', sources.current);
  if (sources.current !== undefined)
    return ok({
      address: sources.current,
      notices: [`address ${sources.current} is kept, though nothing names one now`],
    });
  return refused('no-address', `${absent.join('; ')}: ${advice(sources)}`);
}

function placesOf({ annotated, configured, host, loadBalancer }: AddressSources): readonly Place[] {
  if (annotated !== undefined) return [{ from: annotation('address'), entries: annotated }];
  if (configured !== undefined && configured.length > 0) return [{ from: 'addresses', entries: configured }];
  const ips = loadBalancer.flatMap(({ ip }) => ip ?? []);
  const hostnames = loadBalancer.flatMap(({ hostname }) => hostname ?? []);
  return [
    { from: 'host of the Ingress', entries: [host] },
    { from: 'status.loadBalancer', entries: ips },
    { from: 'status.loadBalancer', entries: hostnames },
  ];
}

function pending(name: string, from: string, current: string | undefined): Result<AddressChoice, RefusalCause> {
  return current === undefined
    ? refused('no-address', `${name} (${from}) is being looked up in DNS`)
    : ok({ address: current, notices: [] });
}

function unresolved(name: string, failure: string, current: string | undefined): Result<AddressChoice, RefusalCause> {
  const notice = `the address of ${name} is not known (${failure})`;
  return current === undefined || current === name
    ? ok({ address: name, notices: [`${notice}; the name stands in for it`] })
    : ok({ address: current, notices: [`${notice}; ${current} is kept`] });
}

function pick(known: ReadonlySet<string>, current: string | undefined): string {
  if (current !== undefined && known.has(current)) return current;
  return [...known].toSorted((a, b) => Number(a.includes(':')) - Number(b.includes(':')) || byText(a, b))[0] ?? '';
}

function advice({ annotated, configured, loadBalancer }: AddressSources): string {
  if (annotated !== undefined) return `correct ${annotation('address')}`;
  if (configured !== undefined && configured.length > 0) return 'correct addresses in the configuration';
  const status = loadBalancer.length === 0 ? 'the Ingress has no load balancer in its status; ' : '';
  return `${status}create the DNS record, configure addresses for its class or set ${annotation('address')}`;
}
