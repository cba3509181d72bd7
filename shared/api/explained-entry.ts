import type { Held } from '../guard/hold.ts';
import type { HiddenEntry, Origin } from '../registry/application.ts';
import type { InstanceRecord, InstanceStatus } from '../model/instance.ts';
import type { InstanceId, SourceId } from '../model/names.ts';
import { zoneOf } from '../registry/template.ts';
import { time } from '../text/printable.ts';
import { heldNotice } from './holds.ts';

/** One entry and where it comes from. */
export interface ExplainedEntry {
  readonly id: string;
  readonly status: InstanceStatus;
  readonly host: string;
  readonly address: string;
  /** Enabled ports only, `http:8080`. */
  readonly ports: readonly string[];
  readonly zone: string | undefined;
  readonly world: 'legacy' | 'kubernetes';
  readonly source: string;
  /** `cluster/namespace/ingress` for an entry derived from an Ingress. */
  readonly object: string | undefined;
  readonly rule: string;
  /** RFC 3339, since when its content is what it is; absent when its own time stamp is no moment. */
  readonly since: string | undefined;
  /** Id of the hold that keeps it though its source does not list it any more. */
  readonly hold: string | undefined;
  readonly notices: readonly string[];
}

export interface ExplainedHidden extends ExplainedEntry {
  readonly code: string;
  readonly reason: string;
}

/** Whether a source serves an entry only because its removal is kept back. `object`: what it was derived from. */
export type HeldBy = (source: SourceId, id: InstanceId, object: string | undefined) => Held | undefined;

export function explainEntry(record: InstanceRecord, origin: Origin | undefined, heldBy: HeldBy): ExplainedEntry {
  const derived = origin?.kind === 'ingress' ? origin : undefined;
  const held = origin && heldBy(origin.source, record.id, derived?.object);
  const hold = origin === undefined || held === undefined ? [] : [heldNotice(origin.source, held, derived?.object)];
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
    source: origin?.source ?? 'unknown',
    object: derived?.object,
    rule:
      derived === undefined ? 'registered by the instance itself' : `derived from the Ingress: ${derived.statusReason}`,
    since: time(derived?.changedAt ?? record.lastUpdatedTimestamp),
    hold: held?.holdId,
    notices: [...hold, ...(derived?.notices ?? [])],
  };
}

export function explainHidden({ record, origin, code, reason }: HiddenEntry, heldBy: HeldBy): ExplainedHidden {
  return { ...explainEntry(record, origin, heldBy), code, reason };
}
