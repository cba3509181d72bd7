import type { MergedApplication, Origin } from '../registry/application.ts';
import type { EntryChange } from './entry-change.ts';

/** What a client asked for, where a change is its effect. */
export const WRITE_KINDS = ['register', 'renew', 'cancel', 'set-status', 'remove-status', 'metadata'] as const;
export type WriteKind = (typeof WRITE_KINDS)[number];

/** Why an entry changed. */
export interface Cause {
  /** Where the entry comes from, or came from: `legacy`, `cluster:main`. */
  readonly source: string;
  /** `cluster/namespace/ingress` of an entry from Kubernetes. */
  readonly object?: string;
  /** The write through this server that did it. */
  readonly write?: WriteKind;
  /** The hold that had kept it back, and let it through. */
  readonly guard?: string;
  /** For people. */
  readonly reason: string;
}

/** What is known of a change besides the states before and after. */
export interface Circumstances {
  readonly write: WriteKind | undefined;
  /** The hold that let the removal of this entry through. */
  readonly guard: string | undefined;
}

/** `before` and `after`: the application that the entry belongs to. */
export function causeOf(
  change: EntryChange,
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
  { write, guard }: Circumstances,
): Cause {
  const origin = change.kind === 'modified' ? after?.origins.get(change.id) : change.entry.origin;
  const object = origin === undefined || origin.kind === 'registration' ? undefined : origin.object;
  const isRegistration = origin?.kind === 'registration';
  const isHeldBack = guard !== undefined && change.kind === 'deleted' && !isHidden(change, after);
  const isWritten = write !== undefined && isRegistration && !isHidden(change, after);
  return {
    source: origin?.source ?? 'unknown',
    ...(object !== undefined && { object }),
    ...(isWritten && { write }),
    ...(isHeldBack && { guard }),
    reason: isHeldBack
      ? `its removal was held by ${guard}, which has let it through`
      : isWritten
        ? WRITTEN[write]
        : reasonOf(change, origin, before, after),
  };
}

const WRITTEN: Readonly<Record<WriteKind, string>> = {
  register: 'it registered through this server',
  renew: 'it renewed its lease through this server',
  cancel: 'it was cancelled through this server',
  'set-status': 'its status was set through this server',
  'remove-status': 'the override of its status was removed through this server',
  metadata: 'its metadata were changed through this server',
};

function reasonOf(
  change: EntryChange,
  origin: Origin | undefined,
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
): string {
  const hiddenNow = after?.hidden.find(({ record }) => record.id === change.id);
  if (change.kind === 'deleted' && hiddenNow) return `hidden now, ${hiddenNow.code}: ${hiddenNow.reason}`;
  const hiddenThen = before?.hidden.find(({ record }) => record.id === change.id);
  if (change.kind === 'added' && hiddenThen) return `no longer hidden, which it was by ${hiddenThen.code}`;
  switch (origin?.kind) {
    case 'ingress':
      return ofIngress(change, origin, before, after);
    case 'copy':
      return change.kind === 'deleted'
        ? `the share that ${origin.object} asks for needs this copy no more`
        : `a copy for the share that ${origin.object} asks for`;
    case 'registration':
    case undefined:
      return ofRegistration(change, origin?.source ?? 'its source');
  }
}

function ofRegistration({ kind }: EntryChange, source: string): string {
  if (kind !== 'deleted') return kind === 'added' ? `${source} lists it now` : `${source} lists it so`;
  return source === 'leases' ? 'its lease ran out without a renewal' : `${source} does not list it any more`;
}

function ofIngress(
  change: EntryChange,
  { object, statusReason }: Origin & { readonly kind: 'ingress' },
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
): string {
  const asked = after?.dial?.asked;
  const shares = before?.dial !== undefined && asked !== undefined && before.dial.asked !== asked;
  const moved = shares ? `; the share asked for went from ${before.dial?.asked} to ${asked}` : '';
  if (change.kind !== 'deleted') return `${statusReason}${moved}`;
  const refusal = after?.refusals.find((each) => each.object === object);
  if (refusal !== undefined) return `${refusal.code}: ${refusal.reason}`;
  const others = after?.served.some(({ id }) => isOf(after.origins.get(id), object)) === true;
  if (others) return `other entries of ${object} stand for it now${moved}`;
  return `${object} does not ask to be published under this name any more, or is gone`;
}

function isOf(origin: Origin | undefined, object: string): boolean {
  return origin?.kind === 'ingress' && origin.object === object;
}

function isHidden({ id }: EntryChange, after: MergedApplication | undefined): boolean {
  return after?.hidden.some(({ record }) => record.id === id) === true;
}
