import type { ApplicationConfig, OwnershipMode } from '../config/config.ts';
import { publicationObject } from '../contribution/publication.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId, SourceId } from '../model/names.ts';
import { byText } from '../model/order.ts';
import { sameContent, sameToClients } from '../model/same-content.ts';
import { NONE } from './application.ts';
import type { DatedRefusal, Dial, Entry, HiddenEntry, MergedApplication, MergeMemory, Origin } from './application.ts';
import type { SourceContribution } from '../contribution/contribution.ts';
import { copiesFor } from './copies.ts';
import { dialTraffic } from './dial.ts';
import { countStatuses } from './hashcode.ts';
import { judgeVips, type VipRules } from './vip-claims.ts';
import { decideOwnership, type Claim, type OwnershipQuestion } from './ownership.ts';
import type { Policy } from '../contribution/policy.ts';
import type { Refusal, RefusalCode } from '../contribution/refusal.ts';
import { describeNext, trafficAt, type CurrentTraffic } from '../contribution/schedule.ts';
import type { OverlayRules } from './overlay.ts';
import { collectRegistrations } from './registrations.ts';
import { pageNotices, synthesize } from './synthesize.ts';
import { inherit, isReal, type TwinTemplate } from './template.ts';

/** The parts of the configuration that the merge depends on. */
export interface MergeRules extends VipRules {
  readonly overlay: OverlayRules;
}

/**
 * The contributions to one application → what is served, hidden and refused. A function of its arguments. `before` only
 * provides the record objects of equal content, so that nothing looks changed that is not, and the template of twins
 * that are gone. `now`, in epoch milliseconds, is the time stamp of new synthetic content, and what schedules go by.
 */
export function mergeApplication(
  name: AppName,
  contributions: readonly SourceContribution[],
  rules: MergeRules,
  before: MergeMemory | undefined,
  now: number,
): MergedApplication {
  const configured = rules.application(name);
  const { reachable, ...registered } = collectRegistrations(contributions, rules.overlay);
  const refusals = [...contributions.flatMap(({ contribution }) => contribution.refusals), ...registered.refusals];
  const template = inherit(
    reachable.map(({ record }) => record),
    before?.template,
    now,
  );

  const claims = contributions.flatMap(({ source, contribution }) =>
    contribution.publications.map((publication) => ({ source, publication })),
  );
  const ownership = decideOwnership({
    app: name,
    claims,
    refused: [...refusals],
    allowed: whoMayClaim(configured, rules.ownership, reachable.length > 0),
  });
  const owned = judgeVips(name, ownership.owned, rules);
  refusals.push(...ownership.refusals, ...owned.refusals);
  // The configuration of the platform overrules the annotation of the application.
  const policy = configured.policy ?? owned.admitted[0]?.publication.policy ?? 'both';
  const publish = policy === 'legacy-only' ? [] : owned.admitted;
  if (policy === 'legacy-only') refusals.push(...owned.admitted.map(refusedByPolicy));
  const real = reachable.filter(({ record }) => isReal(record));
  const traffic = publish[0] && trafficAt(publish[0].publication.traffic, now);
  const twins = { template, real, seen: areSeen(policy, publish, traffic) ? real.length : 0 };
  const synthetic = makeEntries(publish, traffic, twins, before, now, refusals);

  const shown: Entry[] = [...synthetic.entries, ...synthetic.copies];
  const hidden: HiddenEntry[] = [...registered.hidden];
  const reason = reasonToHideLegacy(policy, synthetic.entries, traffic);
  for (const entry of reachable)
    if (reason === undefined) shown.push(entry);
    else hidden.push({ ...entry, ...reason });
  shown.sort((a, b) => byText(a.record.id, b.record.id));
  const kept = keepEqualRecords(shown, before);
  return {
    name,
    served: keepEqualList(kept, before),
    origins: new Map<InstanceId, Origin>(kept.map(({ record, origin }) => [record.id, origin])),
    restamped: restamped(shown, kept),
    hidden,
    refusals: dated(refusals, before, now),
    policy,
    dial: synthetic.dial,
    counts: countStatuses(kept.map(({ record }) => record)),
    template,
  };
}

function whoMayClaim(
  { namespaces }: ApplicationConfig,
  mode: OwnershipMode,
  registered: boolean,
): OwnershipQuestion<Claim>['allowed'] {
  if (namespaces.length > 0) return namespaces;
  switch (mode) {
    case 'open':
      return 'any';
    case 'legacy-listed':
      return registered
        ? { nobody: 'it is registered, and ownership is legacy-listed: list the namespace in applications' }
        : 'any';
    case 'listed':
      return { nobody: 'ownership is listed: list the namespace in applications' };
  }
}

/** What the entries depend on in the registrations beside them. */
interface Twins {
  readonly template: TwinTemplate | undefined;
  /** UP or STARTING. */
  readonly real: readonly Entry[];
  /** How many of them callers see. A share is relative to these. */
  readonly seen: number;
}

/** The share that is asked for, where one is. */
function shareOf(traffic: CurrentTraffic | undefined): number | undefined {
  return traffic?.fixed.kind === 'share' ? traffic.fixed.percent : undefined;
}

/** Whether callers see registrations under the policy. `prefer-kubernetes` hides them when an entry will be UP. */
function areSeen(policy: Policy, claims: readonly Claim[], traffic: CurrentTraffic | undefined): boolean {
  if (policy !== 'prefer-kubernetes') return policy !== 'kubernetes-only';
  return shareOf(traffic) === 0 || !claims.some(({ publication }) => publication.status === 'UP');
}

interface Synthetic {
  readonly entries: readonly Entry[];
  readonly copies: readonly Entry[];
  readonly dial: Dial | undefined;
}

function makeEntries(
  claims: readonly (Claim & { readonly source: SourceId })[],
  traffic: CurrentTraffic | undefined,
  { template, real, seen }: Twins,
  before: MergeMemory | undefined,
  now: number,
  refusals: Refusal[],
): Synthetic {
  const first = claims[0];
  if (first === undefined || traffic === undefined) return { entries: [], copies: [], dial: undefined };
  const result = dialTraffic(
    claims.map(({ publication }) => publication),
    traffic,
    template?.zones ?? new Map(),
    seen,
  );
  const object = publicationObject(first.publication);
  if (result.slots.length === 0)
    refusals.push({ object, code: 'traffic-zero', reason: zeroReason(result.dial, traffic) });
  if (result.limited)
    refusals.push({
      object,
      code: 'traffic-limit',
      reason: `${result.dial.asked} asks for more than ${first.publication.maxEntries} entries; the rest is left out (defaults.maxEntriesPerApp)`,
    });
  const source = new Map(claims.map((claim) => [claim.publication, claim.source]));
  const entries = result.slots.map(({ publication, zone, index }) => {
    const record = synthesize(publication, template, zone, index, now);
    return {
      record: keepTimestamps(record, before),
      origin: originOf(publication, source.get(publication) ?? first.source, template),
    };
  });
  const copies = copiesFor(real, result.listings, first.publication);
  return { entries, copies, dial: result.dial };
}

function originOf(publication: Claim['publication'], source: SourceId, template: TwinTemplate | undefined): Origin {
  const { statusReason, changedAt, backend } = publication;
  const notices = [...publication.notices, ...pageNotices(publication, template)];
  return {
    kind: 'ingress',
    source,
    object: publicationObject(publication),
    ...(backend === undefined ? {} : { backend }),
    statusReason,
    notices,
    changedAt,
  };
}

function zeroReason(dial: Dial, traffic: CurrentTraffic): string {
  if (shareOf(traffic) !== 0)
    return `${dial.asked} beside ${dial.realUp} ${dial.realUp === 1 ? 'instance' : 'instances'} is nearer to no entry than to one: ask for a larger share`;
  const next = traffic.position?.next;
  return next === undefined
    ? 'eurek8s.io/traffic is "0%": nothing is published until it is raised'
    : `the schedule in eurek8s.io/traffic is at 0%: nothing is published until it has ${describeNext(next)}`;
}

function refusedByPolicy({ publication }: Claim): Refusal {
  return {
    object: publicationObject(publication),
    code: 'policy',
    reason: `the policy is legacy-only: set another one, such as both, ${publication.policy === undefined ? `in applications.${publication.app}.policy` : 'in eurek8s.io/policy'}`,
  };
}

function reasonToHideLegacy(
  policy: Policy,
  synthetic: readonly Entry[],
  traffic: CurrentTraffic | undefined,
): { readonly code: RefusalCode; readonly reason: string } | undefined {
  if (policy === 'kubernetes-only') return { code: 'policy', reason: 'the policy is kubernetes-only' };
  if (policy === 'prefer-kubernetes' && synthetic.some(({ record }) => record.status === 'UP'))
    return { code: 'policy', reason: 'the policy is prefer-kubernetes and an entry from Kubernetes is UP' };
  if ((shareOf(traffic) ?? 0) < 100) return undefined;
  const what = traffic?.position === undefined ? 'is' : 'is a schedule that is at';
  return { code: 'traffic-full', reason: `eurek8s.io/traffic ${what} "100%": all calls go to Kubernetes` };
}

/** A refusal keeps its date while its object is refused with the same code, whatever the text. */
function dated(refusals: readonly Refusal[], before: MergeMemory | undefined, now: number): readonly DatedRefusal[] {
  return refusals.map((refusal) => {
    const old = before?.refusals.find(({ object, code }) => object === refusal.object && code === refusal.code);
    return { ...refusal, since: old?.since ?? now };
  });
}

/** Equal synthetic content keeps its time stamps. With new ones each merge would look like a change. */
function keepTimestamps(record: InstanceRecord, before: MergeMemory | undefined): InstanceRecord {
  const old = before?.served.find(({ id }) => id === record.id);
  if (old === undefined) return record;
  const { lastUpdatedTimestamp, lastDirtyTimestamp } = old;
  const stamped = { ...record, lastUpdatedTimestamp, lastDirtyTimestamp };
  return sameContent(old, stamped) ? old : record;
}

/** What is the same to clients stays the record that they have been given, time stamps included. */
function keepEqualRecords(entries: readonly Entry[], before: MergeMemory | undefined): readonly Entry[] {
  if (before === undefined) return entries;
  const old = new Map(before.served.map((record) => [record.id, record]));
  return entries.map((entry) => {
    const record = old.get(entry.record.id);
    return record !== undefined && sameToClients(record, entry.record) ? { ...entry, record } : entry;
  });
}

/** The entries whose time stamps are not those of the record that is kept. The lists have the same order. */
function restamped(entries: readonly Entry[], kept: readonly Entry[]): MergedApplication['restamped'] {
  const now = entries.flatMap(({ record }, i) => {
    const listed = kept[i]?.record ?? record;
    return sameContent(record, listed) ? [] : [[record.id, record] as const];
  });
  return now.length === 0 ? NONE : new Map(now);
}

/**
 * The list of `before` when nothing in it changed. Caches of its encodings see by identity that they are still valid.
 */
function keepEqualList(entries: readonly Entry[], before: MergeMemory | undefined): readonly InstanceRecord[] {
  const old = before?.served;
  const same =
    old !== undefined && old.length === entries.length && old.every((record, i) => record === entries[i]?.record);
  return same ? old : entries.map(({ record }) => record);
}
