import type { World } from '../contribution/contribution.ts';
import { byText } from '../model/order.ts';
import { zoneOf } from '../registry/template.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import type { Caller, ClientKind } from './caller.ts';
import type { Candidate, LeftOut, LeftOutCode } from './candidate.ts';
import { choose, type Choosing } from './choose.ts';
import { CLIENT_RULES } from './client-rules.ts';
import { callerZone } from './known-zones.ts';
import { lookUpAs, type LookUp } from './look-up.ts';
import { notesOf, ruleOf } from './notes.ts';
import { kubernetesPercent, sharesBy } from './shares.ts';

/** Entries that are one address for a caller. */
export interface WhatIfEntries {
  /** Where it calls them. */
  readonly url: string;
  readonly app: string;
  readonly world: World;
  readonly entries: number;
  /** As the entries have them; empty where they have none. */
  readonly zones: readonly string[];
  readonly ids: readonly string[];
}

export interface WhatIfChoice extends WhatIfEntries {
  /** Of its calls, from 0 to 100. */
  readonly percent: number;
}

export interface WhatIfLeftOut extends WhatIfEntries {
  readonly code: LeftOutCode;
  readonly reason: string;
}

/** `GET /eurek8s/whatif/{app}`. */
export interface WhatIf {
  /** As it was asked for. */
  readonly app: string;
  readonly client: ClientKind;
  /** The zone that the caller keeps to. Absent: it takes all. */
  readonly zone: string | undefined;
  /** Absent: there is nothing by which this client could find it. */
  readonly lookup: LookUp | undefined;
  /** How this client chooses. */
  readonly rule: string;
  /** Nothing is UP in the caller's zone, so it takes all zones. */
  readonly fallsBack: boolean;
  /** What it chooses among, each alike. */
  readonly entries: number;
  readonly kubernetesPercent: number;
  /** Those with most entries first. */
  readonly choices: readonly WhatIfChoice[];
  readonly leftOut: readonly WhatIfLeftOut[];
  /** What else matters for such a caller. */
  readonly notes: readonly string[];
}

/** What a caller would choose among, by the rules of its client; `undefined`: neither an application nor a vip is called so. */
export function whatIf(snapshot: RegistrySnapshot, name: string, { client, zone }: Caller): WhatIf | undefined {
  const found = lookUpAs(client, name, snapshot);
  if (found === undefined) return undefined;
  const knowsZones = zone !== undefined && CLIENT_RULES[client].keepsTo(zone) !== undefined;
  const known = knowsZones ? callerZone(zone, snapshot) : { zone, notes: [] };
  const caller: Caller = { client, zone: known.zone };
  const choosing = choose(caller, found.candidates);
  return {
    app: name,
    client,
    zone: choosing.zone,
    lookup: found.lookUp,
    rule: ruleOf(caller),
    fallsBack: choosing.fallsBack,
    entries: choosing.chosen.length,
    kubernetesPercent: kubernetesPercent(choosing.chosen),
    choices: choicesOf(client, choosing),
    leftOut: leftOutOf(client, [...choosing.leftOut, ...found.missed]),
    notes: [...found.notes, ...known.notes, ...notesOf(caller, choosing)],
  };
}

function choicesOf(client: ClientKind, { chosen }: Choosing): readonly WhatIfChoice[] {
  return sharesBy(chosen, (each) => addressKey(client, each))
    .map(({ first, members, percent }) => ({ ...entriesOf(client, first, members), percent }))
    .toSorted((a, b) => b.entries - a.entries);
}

function leftOutOf(client: ClientKind, all: readonly LeftOut[]): readonly WhatIfLeftOut[] {
  return sharesBy(all, (each) => `${addressKey(client, each)} ${each.code} ${each.reason}`).map(
    ({ first, members }) => ({
      ...entriesOf(client, first, members),
      code: first.code,
      reason: first.reason,
    }),
  );
}

function addressKey(client: ClientKind, { record, world }: Candidate): string {
  return `${world} ${record.app} ${CLIENT_RULES[client].urlOf(record)}`;
}

function entriesOf(client: ClientKind, { record, world }: Candidate, members: readonly Candidate[]): WhatIfEntries {
  return {
    url: CLIENT_RULES[client].urlOf(record),
    app: record.app,
    world,
    entries: members.length,
    zones: [...new Set(members.flatMap((each) => zoneOf(each.record) ?? []))].toSorted(byText),
    ids: members.map((each) => each.record.id),
  };
}
