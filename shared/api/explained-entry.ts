import type { Held, HeldThen } from '../guard/hold.ts';
import type { World } from '../contribution/contribution.ts';
import { isHttpRoute } from '../contribution/publication.ts';
import { keptBy } from '../guard/kept-words.ts';
import type { HiddenEntry, MergedApplication, Origin } from '../registry/application.ts';
import type { InstanceRecord, InstanceStatus } from '../model/instance.ts';
import type { InstanceId, SourceId } from '../model/names.ts';
import { zoneOf } from '../registry/template.ts';
import { time } from '../text/printable.ts';
import { heldNotice } from './holds.ts';
import { unlistedNotice, type Unlisted } from './unlisted.ts';

/** One entry and where it comes from. */
export interface ExplainedEntry {
  readonly id: string;
  readonly status: InstanceStatus;
  readonly host: string;
  readonly address: string;
  /** Enabled ports only, `http:8080`. */
  readonly ports: readonly string[];
  readonly zone: string | undefined;
  readonly world: World;
  readonly source: string;
  /** `cluster/namespace/ingress` for an entry derived from an Ingress. */
  readonly object: string | undefined;
  /** The id of the registered instance that it is a copy of. */
  readonly copyOf: string | undefined;
  readonly rule: string;
  /** RFC 3339. The last change of its content; absent when its own time stamp is no moment. */
  readonly since: string | undefined;
  /** The id of the hold that keeps it although its source no longer lists it. */
  readonly hold: string | undefined;
  /** RFC 3339. Present when the newest list of its source lacks it, and a part of what that counts. */
  readonly unlistedSince?: string;
  readonly notices: readonly string[];
}

/** An entry in no list, with the reason. */
export interface ExplainedHidden extends ExplainedEntry {
  readonly code: string;
  readonly reason: string;
}

/**
 * Why an entry of a source is there although the source lists it no more: the hold of its removal, or a list that lacks
 * a part. `object`: what the entry was derived from, where it was.
 */
export type HeldBy = (
  source: SourceId,
  id: InstanceId,
  object: string | undefined,
) => Held | HeldThen | Unlisted | undefined;

/** Of an application as it was: what a cluster held. Of what a registry held nothing is remembered. */
export function heldThen({ origins }: Pick<MergedApplication, 'origins'>): HeldBy {
  return (_source, id) => {
    const origin = origins.get(id);
    const holdId = origin?.kind === 'ingress' ? keptBy(origin.statusReason) : undefined;
    return holdId === undefined ? undefined : { holdId };
  };
}

export function explainEntry(record: InstanceRecord, origin: Origin | undefined, heldBy: HeldBy): ExplainedEntry {
  const derived = origin?.kind === 'ingress' ? origin : undefined;
  const copyOf = origin?.kind === 'copy' ? origin.original : undefined;
  // A hold keeps originals; copies are there because they are.
  const stays = copyOf === undefined && origin ? heldBy(origin.source, record.id, derived?.object) : undefined;
  const held = stays !== undefined && 'holdId' in stays ? stays : undefined;
  const unlistedSince = stays !== undefined && 'unlistedSince' in stays ? time(stays.unlistedSince) : undefined;
  const source = origin?.source ?? 'unknown';
  const why = [
    ...(held?.since === undefined ? [] : [heldNotice(source, held, derived?.object)]),
    ...(unlistedSince === undefined ? [] : [unlistedNotice(source, record.app, unlistedSince)]),
  ];
  const ports: string[] = [];
  if (record.port.enabled) ports.push(`http:${record.port.number}`);
  if (record.securePort.enabled) ports.push(`https:${record.securePort.number}`);
  return {
    id: record.id,
    status: record.status,
    host: record.hostName,
    address: record.ipAddr,
    ports,
    zone: zoneOf(record),
    world: derived === undefined ? 'legacy' : 'kubernetes',
    source,
    object: derived?.object,
    copyOf,
    rule: ruleOf(origin),
    since: time(derived?.changedAt ?? record.lastUpdatedTimestamp),
    hold: held?.holdId,
    ...(unlistedSince !== undefined && { unlistedSince }),
    notices: [...why, ...(derived?.notices ?? [])],
  };
}

function ruleOf(origin: Origin | undefined): string {
  switch (origin?.kind) {
    case 'ingress':
      return `derived from the ${isHttpRoute(origin.object) ? 'HTTPRoute' : 'Ingress'}: ${origin.statusReason}`;
    case 'copy':
      return `copy of ${origin.original}, for the share that ${origin.object} asks for`;
    case 'registration':
    case undefined:
      return 'registered by the instance itself';
  }
}

export function explainHidden({ record, origin, code, reason }: HiddenEntry, heldBy: HeldBy): ExplainedHidden {
  return { ...explainEntry(record, origin, heldBy), code, reason };
}
