import { parseHostName } from '../address/host-name.ts';
import { isIpAddress } from '../address/ip-address.ts';
import { whyNotRemote } from '../address/remote-use.ts';
import { byText } from '../model/order.ts';
import { ok, type Result } from '../result.ts';
import { annotation } from './annotation-keys.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { BalancerAddress, Candidate } from './stripped.ts';

/** Looks up the addresses of names, as a resolver knows them now. */
export interface NameLookup {
  /** Empty when the name is known not to exist; `undefined` when nothing is known yet. */
  addresses(name: string): readonly string[] | undefined;
  /** Why nothing is known; `undefined` while the first answer is pending. */
  failure(name: string): string | undefined;
  /** Why the known addresses are old; `undefined` when they are not. */
  overdue(name: string): string | undefined;
}

export interface AddressSources {
  readonly annotated: readonly string[] | undefined;
  /** Of what kind the object is: a Gateway has the status of its HTTPRoutes. */
  readonly on: Candidate['kind'];
  /** The addresses that the configuration has for the class. */
  readonly configured: readonly string[] | undefined;
  readonly host: string;
  readonly loadBalancer: readonly BalancerAddress[];
  /**
   * The current address of the entry. It is kept while it is one of the right ones, and while no better one is known.
   */
  readonly current: string | undefined;
}

export interface AddressChoice {
  readonly address: string;
  readonly notices: readonly string[];
}

/** One place that may name addresses: its addresses and names, and its name in a reason. */
interface Place {
  readonly from: string;
  /**
   * Whether it is an annotation or the configuration. Its author knows the reason, so that its addresses are not
   * checked.
   */
  readonly written: boolean;
  readonly entries: readonly string[];
}

/**
 * Chooses the address of an entry: the first place with an address wins. Several addresses are equally good, so the
 * current one stays, and a rotation is not a change. An explicit address is not passed over when its name cannot be
 * resolved. A lookup that fails (other than with "no such name") neither withdraws an entry nor delays one. Callers
 * resolve the host name by themselves and few ever read the address, so the name takes its place. The error is a
 * refusal.
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

/**
 * Why an address from a status or from DNS is unusable for callers on other machines; `undefined` when it is usable.
 */
function whyUnusable(entry: string): string | undefined {
  const what = whyNotRemote(entry);
  if (what !== undefined) return `it is ${what}, which no remote caller can use`;
  if (isIpAddress(entry)) return undefined;
  const name = parseHostName(entry);
  return name.ok ? undefined : `it is neither an address nor a host name, as ${name.error}`;
}

/** An address that was right only because somebody had configured it is not kept after that. */
function keepable(current: string | undefined, places: readonly Place[]): string | undefined {
  if (current === undefined || places.some(({ written }) => written)) return current;
  return whyNotRemote(current) === undefined ? current : undefined;
}

function placesOf({ annotated, configured, host, loadBalancer, on }: AddressSources): readonly Place[] {
  if (annotated !== undefined) return [{ from: annotation('address'), written: true, entries: annotated }];
  if (configured !== undefined && configured.length > 0)
    return [{ from: 'addresses', written: true, entries: configured }];
  const ips = loadBalancer.flatMap(({ ip }) => ip ?? []);
  const hostnames = loadBalancer.flatMap(({ hostname }) => hostname?.replace(/\.$/, '') ?? []);
  const status = on === 'Ingress' ? 'status.loadBalancer' : 'status.addresses of the Gateway';
  return [
    { from: `host of the ${on}`, written: false, entries: [host] },
    { from: status, written: false, entries: ips },
    { from: status, written: false, entries: hostnames },
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

function advice({ annotated, configured, loadBalancer, on }: AddressSources): string {
  if (annotated !== undefined) return `correct ${annotation('address')}`;
  if (configured !== undefined && configured.length > 0) return 'correct addresses in the configuration';
  const without =
    on === 'Ingress'
      ? 'the Ingress has no load balancer in its status; '
      : 'the Gateway has no address in its status; ';
  const status = loadBalancer.length === 0 ? without : '';
  return `${status}create the DNS record, configure addresses for its class or set ${annotation('address')}`;
}
