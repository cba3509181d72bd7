import { FIELDS, type Field } from '../model/fields.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { InstanceId } from '../model/names.ts';
import { sameField } from '../model/same-content.ts';
import type { Entry, Origin } from '../registry/application.ts';

/** Some fields of a record. */
export type Fields = Partial<Pick<InstanceRecord, Field['name']>>;

/** What became of one served entry, as little of it as leads back to the state before. */
export type EntryChange =
  | {
      readonly kind: 'added';
      readonly id: InstanceId;
      /** What it was made from. Nobody looks back to the rest, and what is not kept needs no memory. */
      readonly origin: Origin;
      readonly status: InstanceRecord['status'];
    }
  | { readonly kind: 'deleted'; readonly id: InstanceId; readonly entry: Entry }
  | {
      readonly kind: 'modified';
      readonly id: InstanceId;
      /** The fields that differ; none where only the origin does. */
      readonly before: Fields;
      readonly after: Fields;
      readonly status: InstanceRecord['status'];
      /** The origin before, where it was another one. */
      readonly origin: Origin | undefined;
    };

/** `undefined`: nothing that people can see is different. */
export function entryChange(before: Entry | undefined, after: Entry | undefined): EntryChange | undefined {
  if (before === undefined) {
    if (after === undefined) return undefined;
    const { record, origin } = after;
    return { kind: 'added', id: record.id, origin, status: record.status };
  }
  if (after === undefined) return { kind: 'deleted', id: before.record.id, entry: before };
  const isSame = sameOrigin(before.origin, after.origin);
  if (isSame && before.record === after.record) return undefined;
  const { id, status } = after.record;
  const origin = isSame ? undefined : before.origin;
  const fields = differentFields(before.record, after.record);
  return { kind: 'modified', id, before: fields.before, after: fields.after, status, origin };
}

/** Most fields are the same value in both: it is looked at first, because registrations come by the thousand. */
function differentFields(a: InstanceRecord, b: InstanceRecord): { readonly before: Fields; readonly after: Fields } {
  const before: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  for (const field of a === b ? [] : FIELDS) {
    const { name } = field;
    if (a[name] === b[name] || sameField(field, a, b)) continue;
    before[name] = a[name];
    after[name] = b[name];
  }
  return { before, after };
}

function sameOrigin(a: Origin, b: Origin): boolean {
  if (a === b) return true;
  if (a.source !== b.source) return false;
  if (a.kind === 'ingress' && b.kind === 'ingress')
    return a.object === b.object && a.statusReason === b.statusReason && a.notices.join() === b.notices.join();
  if (a.kind === 'copy' && b.kind === 'copy') return a.object === b.object && a.original === b.original;
  return a.kind === b.kind;
}
