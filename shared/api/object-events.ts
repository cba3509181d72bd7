import { counted } from '../text/printable.ts';
import type { RefusalCode } from '../contribution/refusal.ts';
import type { AppName } from '../model/names.ts';
import type { MergedApplication } from '../registry/application.ts';

/** One Kubernetes Event about an Ingress or an HTTPRoute. */
export interface ObjectEvent {
  readonly app: AppName;
  /** As `origins` and refusals name it. */
  readonly object: string;
  /** What it tells: the status of the entries, or the code of the refusal. */
  readonly says: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: 'Ingress' | 'HTTPRoute';
  readonly name: string;
  readonly reason: 'Published' | 'StatusChanged' | 'Refused' | 'Conflict';
  readonly type: 'Normal' | 'Warning';
  /** The same on every replica: one Event is made of it. */
  readonly note: string;
}

/**
 * What people who look at the object shall know of a change. An object that is not to be published has no events: others
 * own it. Nor has one that is gone.
 */
export function objectEvents(
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
): readonly ObjectEvent[] {
  if (after === undefined) return [];
  const [was, is] = [publishedBy(before), publishedBy(after)];
  const events: (ObjectEvent | undefined)[] = [];
  for (const [object, { entries, status, statusReason }] of is) {
    const old = was.get(object);
    if (old?.status === status) continue;
    const shown = `${counted(entries, 'entry', 'entries')}, ${status}`;
    const note = old === undefined ? `published as ${after.name}, ${shown}` : `${after.name} is ${status}`;
    const type = status === 'DOWN' ? 'Warning' : 'Normal';
    const why = status === 'UP' ? '' : `: ${statusReason}`;
    const reason = old === undefined ? 'Published' : 'StatusChanged';
    events.push(eventOf({ app: after.name, object, says: status, reason, type, note: note + why }));
  }
  for (const { object, code, reason } of after.refusals) {
    if (UNTOLD.has(code) || before?.refusals.some((old) => old.object === object && old.code === code) === true)
      continue;
    const note = `not published as ${after.name}: ${code}: ${reason}`;
    const kind = CONFLICTS.has(code) ? 'Conflict' : 'Refused';
    events.push(eventOf({ app: after.name, object, says: code, reason: kind, type: 'Warning', note }));
  }
  return events.flatMap((event) => event ?? []);
}

/** Whether it is still so. `now`: its application; an Event may have waited for an hour. */
export function isTrue({ object, says, reason }: ObjectEvent, now: MergedApplication | undefined): boolean {
  switch (reason) {
    case 'Published':
    case 'StatusChanged':
      return publishedBy(now).get(object)?.status === says;
    case 'Refused':
    case 'Conflict':
      return now?.refusals.some((refusal) => refusal.object === object && refusal.code === says) === true;
  }
}

/** Nobody asked for these objects, or somebody asked for exactly this; and refusals of registrations. */
const UNTOLD: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'not-selected',
  'opted-out',
  'class-not-allowed',
  'namespace-not-selected',
  'label-not-selected',
  'being-deleted',
  'canary',
  'redirect-only',
  'in-transition',
  // Written when the cluster is back, it would no longer be true.
  'out-of-reach',
  'policy',
  'traffic-zero',
  'traffic-full',
  'overlay',
  'id-reserved',
  'id-taken',
  'own-marker',
]);

/** Another object has what this one wants. */
const CONFLICTS: ReadonlySet<RefusalCode> = new Set<RefusalCode>(['ownership', 'route-taken', 'namespace-not-allowed']);

interface Published {
  readonly entries: number;
  readonly status: string;
  readonly statusReason: string;
}

function publishedBy(application: MergedApplication | undefined): ReadonlyMap<string, Published> {
  const all = new Map<string, Published>();
  // Without a dial nothing is derived, and most applications have none: their instances are not gone through.
  for (const { id, status } of application?.dial === undefined ? [] : application.served) {
    const origin = application?.origins.get(id);
    if (origin?.kind !== 'ingress') continue;
    const { object, statusReason } = origin;
    all.set(object, { entries: (all.get(object)?.entries ?? 0) + 1, status, statusReason });
  }
  return all;
}

/** `undefined` for what is no `cluster/namespace/ingress` or `cluster/namespace/httproute/name`. */
function eventOf(
  told: Pick<ObjectEvent, 'app' | 'object' | 'says' | 'reason' | 'type' | 'note'>,
): ObjectEvent | undefined {
  const [cluster = '', namespace = '', ...rest] = told.object.split('/');
  const name = rest.at(-1);
  if (name === undefined) return undefined;
  const kind = rest.length === 1 ? 'Ingress' : 'HTTPRoute';
  return { ...told, cluster, namespace, kind, name, note: cut(told.note) };
}

/** What an API server takes. */
const MAX_NOTE_BYTES = 1024;
const ELLIPSIS = '…';

function cut(note: string): string {
  const encoder = new TextEncoder();
  if (encoder.encode(note).length <= MAX_NOTE_BYTES) return note;
  // Ends with a whole character.
  const { read } = encoder.encodeInto(note, new Uint8Array(MAX_NOTE_BYTES - encoder.encode(ELLIPSIS).length));
  return note.slice(0, read).toWellFormed() + ELLIPSIS;
}
