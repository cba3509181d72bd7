import { parseHostName } from '../address/host-name.ts';
import { isIpAddress } from '../address/ip-address.ts';
import { whyNotRemote } from '../address/remote-use.ts';
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
  /** Why the addresses that are known are old. */
  overdue(name: string): string | undefined;
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
  /** In an annotation or in the configuration: whoever wrote it there knows why, so that it is taken at its word. */
  readonly written: boolean;
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
  const current = keepable(sources.current, places);
  const known = new Set<string>();
  const failing: string[] = [];
  const absent: string[] = [];
  const skipped: string[] = [];
  const old: string[] = [];
  for (const { from, written, entries } of places) {
    const usable = (address: string, by: string): boolean => {
      const why = written ? undefined : whyUnusable(address);
      if (why !== undefined) skipped.push(`${by} is skipped: ${why}`);
      return why === undefined;
    };
    for (const entry of entries) {
      if (!usable(entry, `${entry} (${from})`)) continue;
      const addresses = isIpAddress(entry) ? [entry] : names.addresses(entry);
      for (const address of addresses ?? [])
        if (address === entry || usable(address, `${address}, which ${entry} (${from}) resolves to,`))
          known.add(address);
      if (addresses === undefined && names.failure(entry) === undefined) return pending(entry, from, current);
      const overdue = isIpAddress(entry) ? undefined : names.overdue(entry);
      if (overdue !== undefined)
        old.push(`${entry} (${from}) is as last known: for minutes there has been no answer (${overdue})`);
      if (addresses === undefined) failing.push(entry);
      else if (addresses.length === 0) absent.push(`${entry} (${from}) does not exist`);
    }
    if (known.size > 0) return ok({ address: pick(known, current), notices: [...skipped, ...old] });
  }
  const [name] = failing;
  if (name !== undefined) return unresolved(name, names.failure(name) ?? 'no answer', current, skipped);
  if (current !== undefined)
    return ok({ address: current, notices: [...skipped, `address ${current} is kept, though nothing names one now`] });
  return refused('no-address', `${[...absent, ...skipped].join('; ')}: ${advice(sources)}`);
}

/** What a status or DNS gives must be something that callers on other machines can use. */
function whyUnusable(entry: string): string | undefined {
  const what = whyNotRemote(entry);
  if (what !== undefined) return `it is ${what}, which no remote caller can use`;
  if (isIpAddress(entry)) return undefined;
  const name = parseHostName(entry);
  return name.ok ? undefined : `it is neither an address nor a host name, as ${name.error}`;
}

/** An address that was right only while somebody had written it down is not kept without that. */
function keepable(current: string | undefined, places: readonly Place[]): string | undefined {
  if (current === undefined || places.some(({ written }) => written)) return current;
  return whyNotRemote(current) === undefined ? current : undefined;
}

function placesOf({ annotated, configured, host, loadBalancer }: AddressSources): readonly Place[] {
  if (annotated !== undefined) return [{ from: annotation('address'), written: true, entries: annotated }];
  if (configured !== undefined && configured.length > 0)
    return [{ from: 'addresses', written: true, entries: configured }];
  const ips = loadBalancer.flatMap(({ ip }) => ip ?? []);
  const hostnames = loadBalancer.flatMap(({ hostname }) => hostname?.replace(/\.$/, '') ?? []);
  return [
    { from: 'host of the Ingress', written: false, entries: [host] },
    { from: 'status.loadBalancer', written: false, entries: ips },
    { from: 'status.loadBalancer', written: false, entries: hostnames },
  ];
}

function pending(name: string, from: string, current: string | undefined): Result<AddressChoice, RefusalCause> {
  return current === undefined
    ? refused('no-address', `${name} (${from}) is being looked up in DNS`)
    : ok({ address: current, notices: [] });
}

function unresolved(
  name: string,
  failure: string,
  current: string | undefined,
  skipped: readonly string[],
): Result<AddressChoice, RefusalCause> {
  const notice = `the address of ${name} is not known (${failure})`;
  return current === undefined || current === name
    ? ok({ address: name, notices: [...skipped, `${notice}; the name stands in for it`] })
    : ok({ address: current, notices: [...skipped, `${notice}; ${current} is kept`] });
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
