import { foundByVips, type InstanceRecord } from '../model/instance.ts';
import { appName } from '../model/names.ts';
import type { MergedApplication } from '../registry/application.ts';
import { application, type RegistrySnapshot } from '../registry/snapshot.ts';
import { counted } from '../text/printable.ts';
import type { Candidate, LeftOut } from './candidate.ts';
import type { ClientKind } from './caller.ts';

/** What a client asks its copy of the registry for. */
export interface LookUp {
  readonly by: 'application' | 'vip';
  readonly name: string;
}

export interface Found {
  /** `undefined`: there is nothing by which it could be found. */
  readonly lookUp: LookUp | undefined;
  readonly candidates: readonly Candidate[];
  /** What is of the application, or of the vip, and is not found. */
  readonly missed: readonly LeftOut[];
  readonly notes: readonly string[];
}

/** Looks a name up as the client does; `undefined`: neither an application nor a vip is called so. */
export function lookUpAs(client: ClientKind, name: string, snapshot: RegistrySnapshot): Found | undefined {
  return client === 'node' ? byEither(name, snapshot) : byVip(name, snapshot);
}

/**
 * Java clients look up by the vip alone. Both sides of the comparison are in upper case, and the elements of a vip address
 * are not trimmed (`Applications.getInstancesByVirtualHostName`). Who names an application means its vip.
 */
function byVip(name: string, snapshot: RegistrySnapshot): Found | undefined {
  const named = application(snapshot, appName(name));
  const asked = holdersOf(name, snapshot);
  if (named === undefined && asked.length === 0) return hiddenBy(name, snapshot);
  const vip = asked.length > 0 ? name : prevailingVip(named?.served ?? []);
  const holders = asked.length > 0 || vip === undefined ? asked : holdersOf(vip, snapshot);
  const has = (record: InstanceRecord): boolean => vip !== undefined && hasVip(record, vip);
  const notes = asked.length === 0 && vip !== undefined ? [`callers find it by its vip ${vip}, not as ${name}`] : [];
  return foundIn([...new Set([...holders, ...(named === undefined ? [] : [named])])], {
    lookUp: vip === undefined ? undefined : { by: 'vip', name: vip },
    has,
    notes,
  });
}

/** eureka-js-client finds applications in any case, and vips as they are written (`getInstancesByAppId`, `…ByVipAddress`). */
function byEither(name: string, snapshot: RegistrySnapshot): Found | undefined {
  const named = application(snapshot, appName(name));
  const holders = holdersOf(name, snapshot);
  if (named === undefined && holders.length === 0) return hiddenBy(name, snapshot);
  const has = ({ vipAddress }: InstanceRecord): boolean => foundByVips(vipAddress).includes(name);
  if (named !== undefined) {
    const notes = otherByVip(holders, named, has);
    return foundIn([named], { lookUp: { by: 'application', name: named.name }, has: () => true, notes });
  }
  const found = foundIn(holders, { lookUp: { by: 'vip', name }, has, notes: [] });
  const cased = found.candidates.length > 0 ? [] : ['eureka-js-client finds a vip only as it is written'];
  return { ...found, notes: [...cased, ...found.notes] };
}

/** Its users ask for an application or for a vip, and a name may be both. */
function otherByVip(
  holders: readonly MergedApplication[],
  named: MergedApplication,
  has: (record: InstanceRecord) => boolean,
): readonly string[] {
  const counts = holders.map(({ served }) => served.filter((each) => each.status === 'UP' && has(each)).length);
  const byVip = counts.reduce((sum, each) => sum + each, 0);
  const own = counts[holders.indexOf(named)] ?? 0;
  if (byVip === 0 || (byVip === own && own === named.served.filter(({ status }) => status === 'UP').length)) return [];
  const applications = counted(counts.filter((count) => count > 0).length, 'application');
  return [`who asks for it as a vip finds ${counted(byVip, 'entry', 'entries')} UP, of ${applications}`];
}

/** A vip that only instances have that are in no list: it is known, and finds nothing. */
function hiddenBy(vip: string, snapshot: RegistrySnapshot): Found | undefined {
  const holders = snapshot.applications.filter(({ hidden }) => hidden.some(({ record }) => hasVip(record, vip)));
  if (holders.length === 0) return undefined;
  return foundIn(holders, { lookUp: { by: 'vip', name: vip }, has: () => false, notes: [] });
}

interface Wanted extends Pick<Found, 'lookUp' | 'notes'> {
  readonly has: (record: InstanceRecord) => boolean;
}

function foundIn(applications: readonly MergedApplication[], { lookUp, has, notes }: Wanted): Found {
  const candidates: Candidate[] = [];
  const missed: LeftOut[] = [];
  for (const { served, origins, hidden } of applications) {
    for (const record of served) {
      const candidate = { record, world: worldOf(origins.get(record.id)?.kind) };
      if (has(record)) candidates.push(candidate);
      else missed.push({ ...candidate, code: 'other-vip', reason: otherVip(record) });
    }
    for (const { record, code, reason } of hidden)
      missed.push({ record, world: 'legacy', code: 'hidden', reason: `it is in no list (${code}): ${reason}` });
  }
  return { lookUp, candidates, missed, notes: [...notes, ...applications.flatMap(refusedNotes)] };
}

function refusedNotes({ name, refusals }: MergedApplication): readonly string[] {
  if (refusals.length === 0) return [];
  const candidates = `${counted(refusals.length, 'candidate')} of ${name}`;
  return [`${candidates} ${refusals.length === 1 ? 'is' : 'are'} not served: eurek8s explain ${name} says why`];
}

function worldOf(kind: string | undefined): Candidate['world'] {
  return kind === 'ingress' ? 'kubernetes' : 'legacy';
}

function otherVip({ vipAddress = '' }: InstanceRecord): string {
  return vipAddress === '' ? 'it has no vip' : `its vip is ${vipAddress}`;
}

/** The applications that serve something with the vip, in whatever case. Neighbours mostly have one vip: it is read once. */
function holdersOf(vip: string, { applications }: RegistrySnapshot): readonly MergedApplication[] {
  let [last, isOne] = [undefined as string | undefined, false];
  return applications.filter(({ served }) =>
    served.some((record) => {
      if (record.vipAddress !== last) [last, isOne] = [record.vipAddress, hasVip(record, vip)];
      return isOne;
    }),
  );
}

function hasVip({ vipAddress }: InstanceRecord, vip: string): boolean {
  const wanted = vip.toUpperCase();
  return foundByVips(vipAddress).some((element) => element.toUpperCase() === wanted);
}

/** The vip that most have, of those that are UP if there are any; of several such the first. */
function prevailingVip(served: readonly InstanceRecord[]): string | undefined {
  const up = served.filter(({ status }) => status === 'UP');
  const vips = (up.length > 0 ? up : served).flatMap(({ vipAddress }) => foundByVips(vipAddress).slice(0, 1));
  const counts = [...Map.groupBy(vips, (vip) => vip)].filter(([vip]) => vip !== '');
  return counts.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** The vips of all entries, each once. */
export function vipsOf({ applications }: RegistrySnapshot): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const { served } of applications)
    for (const { vipAddress } of served) if (vipAddress !== undefined) addresses.add(vipAddress);
  return new Set([...addresses].flatMap((address) => foundByVips(address)));
}
