import { DEFAULT_ZONE } from '../registry/synthesize.ts';
import { counted } from '../text/printable.ts';
import type { Caller } from './caller.ts';
import type { Choosing } from './choose.ts';
import { amazonZone, CLIENT_RULES } from './client-rules.ts';
import { isSameZone, keepToZone } from './own-zone.ts';
import { kubernetesPercent, sharesBy } from './shares.ts';

/** How a client chooses, in a sentence. */
export function ruleOf({ client, zone }: Caller): string {
  switch (client) {
    case 'ribbon':
      return 'as Spring Cloud sets it up: what is UP, of its own zone while that has any, in turn';
    case 'springlb':
      return zone === undefined
        ? 'round robin: what is UP, of all zones, in turn; give a zone where zone-preference is configured'
        : 'with zone-preference: what is UP, of its own zone while that has any, in turn';
    case 'node':
      return 'it keeps what is UP, one of each host and port; who uses it chooses, here each alike';
  }
}

/** What a caller should know besides. */
export function notesOf(caller: Caller, choosing: Choosing): readonly string[] {
  switch (caller.client) {
    case 'ribbon':
      return [...fallBack(caller, choosing), ...withoutZone(caller, choosing), ...leavesOutZones(choosing)];
    case 'springlb':
      return [...fallBack(caller, choosing), ...inDefaultZone(caller, choosing)];
    case 'node':
      return [...(caller.zone === undefined ? [] : ['eureka-js-client knows no zones']), ...closedPorts(choosing)];
  }
}

function fallBack({ zone: given }: Caller, { zone, fallsBack }: Choosing): readonly string[] {
  if (!fallsBack || zone === undefined) return [];
  return given === undefined
    ? [`a caller without a zone is in ${zone}, where nothing of it is UP: so it takes all zones`]
    : [`nothing of it is UP in ${zone}: so it takes all zones`];
}

/**
 * Where zone-preference is configured, EurekaLoadBalancerClientConfiguration gives a caller without a zone the first of its
 * availability zones. What has no zone is in none there, and entries from Kubernetes always have one.
 */
function inDefaultZone({ zone: given }: Caller, { chosen }: Choosing): readonly string[] {
  if (given !== undefined) return [];
  const { kept, left } = keepToZone(chosen, DEFAULT_ZONE, ({ record }) => CLIENT_RULES.springlb.zoneOf(record));
  if (left.length === 0) return [];
  return [
    `with zone-preference a caller without a zone is in ${DEFAULT_ZONE}: ` +
      `then Kubernetes gets ${kubernetesPercent(kept)}% of its calls (--zone ${DEFAULT_ZONE})`,
  ];
}

/** Ribbon counts what has no zone to the first of the caller's own, and here it is known only that this is the default. */
function withoutZone({ zone: given }: Caller, { chosen, leftOut, zone, fallsBack }: Choosing): readonly string[] {
  const lacking = [...chosen, ...leftOut.filter(({ code }) => code === 'other-zone')].filter(
    ({ record }) => !record.metadata.has('zone') && amazonZone(record) === undefined,
  );
  if (given === undefined || isSameZone(zone, DEFAULT_ZONE) || lacking.length === 0) return [];
  const those = `${counted(lacking.length, 'entry has', 'entries have')} no zone`;
  const counts = fallsBack ? 'takes those alone' : 'takes them, too';
  return [`${those}: a caller that has ${given} first in eureka.client.availability-zones ${counts}`];
}

/** ZoneAvoidanceRule and ZoneAwareLoadBalancer, from 0.2 calls under way for each server on. */
function leavesOutZones({ chosen }: Choosing): readonly string[] {
  const zones = sharesBy(chosen, ({ record }) => CLIENT_RULES.ribbon.zoneOf(record)?.toLowerCase() ?? '');
  const shares = zones.map(({ members }) => kubernetesPercent(members)).toSorted((a, b) => a - b);
  const [lowest, highest] = [shares[0], shares.at(-1)];
  if (lowest === highest) return [];
  return [
    `with several calls under way it leaves out, now and then, the zone with most of them for each entry: ` +
      `then Kubernetes gets from ${lowest}% to ${highest}%`,
  ];
}

function closedPorts({ chosen }: Choosing): readonly string[] {
  const closed = chosen.filter(({ record }) => !record.port.enabled).length;
  if (closed === 0) return [];
  return [
    `the port of ${counted(closed, 'entry is', 'entries are')} not enabled: eureka-js-client does not look at that`,
  ];
}
