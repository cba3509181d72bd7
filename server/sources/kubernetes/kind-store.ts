import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';
import type { Steps } from '../../../shared/time-slice.ts';
import type { CompleteList } from './complete-list.ts';
import { ApiError } from './failure.ts';
import type { Listed, ObjectIdentity } from './list-page.ts';
import type { ObjectSink } from './object-sink.ts';

interface Entry {
  readonly identity: ObjectIdentity;
  readonly object: StrippedObject;
}

/**
 * The objects of one kind that the watches know of, over all their namespaces. It tells the sink what really changed:
 * lists and reopened watches repeat themselves, and a list of one namespace says nothing about the others.
 */
export class KindStore {
  readonly #kind: ObjectKind;
  readonly #sink: ObjectSink;
  /** Whether the sink may be told of a namespace. */
  readonly #isTold: (namespace: string) => boolean;
  #entries = new Map<string, Entry>();

  constructor(kind: ObjectKind, sink: ObjectSink, isTold: (namespace: string) => boolean = () => true) {
    this.#kind = kind;
    this.#sink = sink;
    this.#isTold = isTold;
  }

  /**
   * A completed list of one namespace, or of all: what it does not name there is gone. In another history, such as that of
   * a restored backup, versions are handed out again: they say nothing of what is known.
   */
  replace(namespace: string | undefined, list: CompleteList, history: 'same' | 'another' = 'same'): void {
    const next = new Map<string, Entry>();
    if (namespace !== undefined) {
      for (const [key, entry] of this.#entries) if (entry.identity.namespace !== namespace) next.set(key, entry);
    }
    const recreated: ObjectIdentity[] = [];
    for (const { identity, object } of list.items) {
      const key = keyOf(identity);
      const known = this.#entries.get(key);
      if (known !== undefined && known.identity.uid !== identity.uid) recreated.push(known.identity);
      const isKnown = history === 'same' && sameVersion(known, identity);
      const entry = object === undefined || isKnown ? known : { identity, object };
      if (entry !== undefined) next.set(key, entry);
    }
    // Deletes come before adds: what has a new uid is another object, not a new version of the old one.
    for (const gone of recreated) this.#tellRemoval(gone);
    this.#tellAll(next);
    this.#entries = next;
  }

  /** Tells everything anew: more of it may be told than before. */
  retell(): void {
    this.#tellAll(this.#entries);
  }

  get isOfIngresses(): boolean {
    return this.#kind === 'Ingress';
  }

  /** Takes in the objects of a list that is about to be applied, one in each step, so that there is little left to do. */
  *preload(items: readonly Listed[]): Steps<void> {
    for (const item of items) {
      if (item.object !== undefined) this.set(item);
      yield;
    }
  }

  /** ADDED and MODIFIED mean the same: which one the server sends depends on where the watch began. */
  set({ identity, object }: Listed): void {
    const known = this.#entries.get(keyOf(identity));
    if (sameVersion(known, identity)) return;
    if (object === undefined) throw new ApiError(`${this.#kind} ${keyOf(identity)} cannot be read`);
    if (known !== undefined && known.identity.uid !== identity.uid) {
      this.#tellRemoval(identity);
    }
    if (this.#isTold(identity.namespace)) this.#sink.set(object);
    this.#entries.set(keyOf(identity), { identity, object });
  }

  remove(identity: ObjectIdentity): void {
    const known = this.#entries.get(keyOf(identity));
    // The end of an object that has been replaced meanwhile is not the end of its successor.
    if (known === undefined || known.identity.uid !== identity.uid) return;
    this.#tellRemoval(identity);
    this.#entries.delete(keyOf(identity));
  }

  #tellAll(entries: ReadonlyMap<string, Entry>): void {
    const told = [...entries.values()].filter(({ identity }) => this.#isTold(identity.namespace));
    this.#sink.replaceKind(
      this.#kind,
      told.map(({ object }) => object),
    );
  }

  #tellRemoval({ namespace, name }: ObjectIdentity): void {
    if (this.#isTold(namespace)) this.#sink.remove(this.#kind, namespace, name);
  }

  count(namespace: string | undefined): number {
    if (namespace === undefined) return this.#entries.size;
    let count = 0;
    for (const { identity } of this.#entries.values()) if (identity.namespace === namespace) count++;
    return count;
  }
}

/** The uid belongs to it: a new object of the same name may have the version of the old one on another server. */
function sameVersion(known: Entry | undefined, { uid, resourceVersion }: ObjectIdentity): boolean {
  return (
    known !== undefined &&
    resourceVersion !== '' &&
    known.identity.resourceVersion === resourceVersion &&
    known.identity.uid === uid
  );
}

function keyOf({ namespace, name }: ObjectIdentity): string {
  return `${namespace}/${name}`;
}
