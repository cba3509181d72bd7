import { networkOf, type Network } from '../address/network.ts';
import type { OverlayConfig } from '../config/config.ts';
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
import type { Entry, HiddenEntry } from './application.ts';

export interface OverlayRules {
  /** Networks inside a cluster. */
  readonly networks: readonly Network[];
  readonly action: OverlayConfig['action'];
}

/** The registrations of one application, sorted by id. Of one id in two sources the first source in order is served. */
export function collectRegistrations(contributions: readonly SourceContribution[]): {
  readonly entries: readonly Entry[];
  readonly refusals: readonly Refusal[];
} {
  const entries = new Map<InstanceId, Entry & { readonly origin: { readonly source: SourceId } }>();
  const refusals: Refusal[] = [];
  for (const { source, contribution } of contributions) {
    const origin = { kind: 'registration', source } as const;
    for (const record of contribution.instances) {
      // An Eurek8s registered it there on purpose (`legacy.publish`).
      if (record.metadata.has(PUBLISHED_MARKER)) continue;
      const holder = entries.get(record.id)?.origin.source;
      const refusal = refuseRegistration(source, record, holder);
      if (refusal === undefined) entries.set(record.id, { record, origin });
      else refusals.push(refusal);
    }
  }
  return { entries: [...entries.values()].toSorted((a, b) => byText(a.record.id, b.record.id)), refusals };
}

/** `holder`: the source that the id is served from so far. */
function refuseRegistration(
  source: SourceId,
  { id, metadata }: InstanceRecord,
  holder: SourceId | undefined,
): Refusal | undefined {
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
  if (holder !== undefined && holder !== source)
    return { object, code: 'id-taken', reason: `${id} is already served from ${holder}` };
  return undefined;
}

/** Hides registrations with an address that callers cannot reach: those of Pods whose Eureka client is switched on. */
export function hideOverlay(
  entries: readonly Entry[],
  { networks, action }: OverlayRules,
): { readonly visible: readonly Entry[]; readonly hidden: readonly HiddenEntry[] } {
  if (action === 'forward' || networks.length === 0) return { visible: entries, hidden: [] };
  const hidden: HiddenEntry[] = [];
  const visible = entries.filter((entry) => {
    const network = networkOf(entry.record.ipAddr, networks);
    if (network === undefined) return true;
    const reason = `address ${entry.record.ipAddr} is in ${network.text} (overlay.cidrs), out of reach from outside the cluster`;
    hidden.push({ ...entry, code: 'overlay', reason });
    return false;
  });
  return { visible, hidden };
}
