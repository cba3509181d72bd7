import type { SourceContribution } from '../contribution/contribution.ts';
import type { Refusal } from '../contribution/refusal.ts';
import type { InstanceRecord } from '../model/instance.ts';
import {
  isSyntheticId,
  PUBLISHED_MARKER,
  SOURCE_MARKER,
  SYNTHETIC_ID_PREFIX,
  type InstanceId,
  type SourceId,
} from '../model/names.ts';
import { byText } from '../model/order.ts';
import type { HiddenEntry, Registration } from './application.ts';
import { ABSORBED, unreachable, type OverlayRules } from './overlay.ts';

/** The registrations of one application, each list sorted by id. An id is in one of the lists, and there once. */
export interface Registrations {
  readonly reachable: readonly Registration[];
  /** Those with an address that callers cannot reach: Pods whose Eureka client is switched on. */
  readonly hidden: readonly HiddenEntry[];
  readonly refusals: readonly Refusal[];
}

/**
 * What callers can reach goes before what they cannot, and otherwise the first source in order has an id. So an
 * absorbed registration takes nothing out of the lists, and no twin either.
 */
export function collectRegistrations(
  contributions: readonly SourceContribution[],
  overlay: OverlayRules,
): Registrations {
  const refusals: Refusal[] = [];
  const reachable = new Map<InstanceId, Registration>();
  const hidden = new Map<InstanceId, HiddenEntry>();
  const unreached: HiddenEntry[] = [];
  for (const { source, contribution } of contributions) {
    const origin = { kind: 'registration', source } as const;
    for (const record of contribution.instances) {
      // An Eurek8s registered it there on purpose (`legacy.publish`). With an id of its own choice it is somebody else's.
      if (isSyntheticId(record.id) && record.metadata.has(PUBLISHED_MARKER)) continue;
      const refusal = refuseOurs(source, record);
      if (refusal !== undefined) {
        refusals.push(refusal);
        continue;
      }
      const reason = reasonToHide(source, record, overlay);
      if (reason === undefined) keepFirst({ record, origin }, reachable, refusals, 'served from');
      else unreached.push({ record, origin, code: 'overlay', reason });
    }
  }
  for (const entry of unreached)
    if (reachable.has(entry.record.id)) refusals.push(refuseTaken(entry, reachable, 'served from'));
    else keepFirst(entry, hidden, refusals, 'known from');
  return { reachable: sorted(reachable), hidden: sorted(hidden), refusals };
}

function keepFirst<E extends Registration>(
  entry: E,
  kept: Map<InstanceId, E>,
  refusals: Refusal[],
  state: 'served from' | 'known from',
): void {
  const { id } = entry.record;
  const holder = kept.get(id)?.origin.source;
  if (holder === undefined || holder === entry.origin.source) kept.set(id, entry);
  else refusals.push(refuseTaken(entry, kept, state));
}

function refuseTaken(
  { record: { id }, origin: { source } }: Registration,
  kept: ReadonlyMap<InstanceId, Registration>,
  state: 'served from' | 'known from',
): Refusal {
  const reason = `${id} is already ${state} ${kept.get(id)?.origin.source}`;
  return { object: `${source}/${id}`, code: 'id-taken', reason };
}

function sorted<E extends Registration>(entries: ReadonlyMap<InstanceId, E>): readonly E[] {
  return [...entries.values()].toSorted((a, b) => byText(a.record.id, b.record.id));
}

/** Refuses what is an entry of ours, or could be taken for one. */
function refuseOurs(source: SourceId, { id, metadata }: InstanceRecord): Refusal | undefined {
  const object = `${source}/${id}`;
  const marker = metadata.get(SOURCE_MARKER);
  // An entry of ours that a registry lists. Served, it would come back as a real instance and never leave.
  if (marker !== undefined)
    return {
      object,
      code: 'own-marker',
      reason: `${source} lists an entry that was derived from ${marker}; take Eurek8s out of the serviceUrl of that registry`,
    };
  if (isSyntheticId(id))
    return {
      object,
      code: 'id-reserved',
      reason: `ids that begin with ${SYNTHETIC_ID_PREFIX} are reserved for entries of Eurek8s; register ${id} under another id`,
    };
  return undefined;
}

function reasonToHide(source: SourceId, record: InstanceRecord, overlay: OverlayRules): string | undefined {
  const found = unreachable(record, overlay);
  const where = source === ABSORBED ? '; absorbed: its lease is kept here and is not forwarded' : '';
  if (found !== undefined)
    return `address ${found.address} is in ${found.network.text} (overlay.cidrs), out of reach from outside the cluster${where}`;
  // Whatever the networks are by now: it was accepted in order not to be served.
  return source === ABSORBED ? `address ${record.ipAddr} was out of reach from outside the cluster${where}` : undefined;
}
