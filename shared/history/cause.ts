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

/** Of the object that an entry was made from. */
export type Presence = 'there' | 'gone';

/** What is known of a change besides the states before and after. */
export interface Circumstances {
  /** The writes to the entry that are under way, in the order in which they take effect. */
  readonly writes: readonly WriteKind[];
  /** The hold that let the removal of this entry through. */
  readonly guard: string | undefined;
  /** Of the object of an entry that was deleted; `undefined`: its source does not know. */
  readonly presence?: Presence | undefined;
}

/** Which writes make such a change. Of several under way only one of these can be its cause. */
const MADE_BY: Readonly<Record<EntryChange['kind'], readonly WriteKind[]>> = {
  added: ['register'],
  modified: ['register', 'set-status', 'remove-status', 'metadata'],
  deleted: ['cancel'],
};

/** `before` and `after`: the application that the entry belongs to. */
export function causeOf(
  change: EntryChange,
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
  { writes, guard, presence }: Circumstances,
): Cause {
  const origin = originOf(change, after);
  const object = origin === undefined || origin.kind === 'registration' ? undefined : origin.object;
  const isRegistration = origin?.kind === 'registration';
  const isHeldBack = guard !== undefined && change.kind === 'deleted' && !isHidden(change, after);
  const write =
    isRegistration && !isHidden(change, after) ? writes.find((each) => MADE_BY[change.kind].includes(each)) : undefined;
  return {
    source: origin?.source ?? 'unknown',
    ...(object !== undefined && { object }),
    ...(write !== undefined && { write }),
    ...(isHeldBack && { guard }),
    reason: isHeldBack
      ? `its removal was held by ${guard}, which has let it through`
      : write !== undefined
        ? WRITTEN[write]
        : reasonOf(change, { origin, presence }, before, after),
  };
}

/** What the entry is made from; of one that is gone what it was made from. */
function originOf(change: EntryChange, after: MergedApplication | undefined): Origin | undefined {
  switch (change.kind) {
    case 'added':
      return change.origin;
    case 'deleted':
      return change.entry.origin;
    case 'modified':
      return after?.origins.get(change.id);
  }
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
  { origin, presence }: { readonly origin: Origin | undefined; readonly presence: Presence | undefined },
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
): string {
  const hiddenNow = after?.hidden.find(({ record }) => record.id === change.id);
  if (change.kind === 'deleted' && hiddenNow) {
    const moved = hiddenNow.code === 'policy' ? policyMove(before, after) : undefined;
    return `hidden now, ${hiddenNow.code}: ${moved ?? hiddenNow.reason}`;
  }
  const hiddenThen = before?.hidden.find(({ record }) => record.id === change.id);
  if (change.kind === 'added' && hiddenThen)
    return `no longer hidden, which it was by ${hiddenThen.code}${also(policyMove(before, after))}`;
  switch (origin?.kind) {
    case 'ingress':
      return ofIngress(change, { ...origin, presence }, before, after);
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
  {
    object,
    statusReason,
    presence,
  }: Origin & { readonly kind: 'ingress' } & { readonly presence: Presence | undefined },
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
): string {
  const policy = policyMove(before, after);
  const moved = `${also(policy)}${also(shareMove(before, after))}`;
  if (change.kind !== 'deleted') return `${statusReason}${moved}`;
  const refusal = after?.refusals.find((each) => each.object === object);
  if (refusal?.code === 'policy' && policy !== undefined) return `policy: ${policy}`;
  if (refusal !== undefined) return `${refusal.code}: ${refusal.reason}`;
  const others = after?.served.some(({ id }) => isOf(after.origins.get(id), object)) === true;
  if (others) return `other entries of ${object} stand for it now${moved}`;
  return goneText(object, presence);
}

function goneText(object: string, presence: Presence | undefined): string {
  switch (presence) {
    case 'there':
      return `${object} does not ask to be published under this name any more`;
    case 'gone':
      return `${object} is gone`;
    case undefined:
      return `${object} does not ask to be published under this name any more, or is gone`;
  }
}

/** A cause, and no advice: what the refusal says is for whoever wants the entry back. */
function policyMove(before: MergedApplication | undefined, after: MergedApplication | undefined): string | undefined {
  if (before === undefined || after === undefined || before.policy === after.policy) return undefined;
  return `the policy went from ${before.policy} to ${after.policy}`;
}

function shareMove(before: MergedApplication | undefined, after: MergedApplication | undefined): string | undefined {
  const [from, to] = [before?.dial?.asked, after?.dial?.asked];
  return from === undefined || to === undefined || from === to
    ? undefined
    : `the share asked for went from ${from} to ${to}`;
}

function also(text: string | undefined): string {
  return text === undefined ? '' : `; ${text}`;
}

function isOf(origin: Origin | undefined, object: string): boolean {
  return origin?.kind === 'ingress' && origin.object === object;
}

function isHidden({ id }: EntryChange, after: MergedApplication | undefined): boolean {
  return after?.hidden.some(({ record }) => record.id === id) === true;
}
