import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';
import type { Steps } from '../../../shared/time-slice.ts';
import type { CompleteList } from './complete-list.ts';
import { ApiError } from './failure.ts';
import type { Listed, ObjectIdentity } from './list-page.ts';
import type { ObjectSink } from './object-sink.ts';

type KindSink = Pick<ObjectSink, 'set' | 'remove' | 'replaceKind'>;

interface Entry {
  readonly identity: ObjectIdentity;
  readonly object: StrippedObject;
}

/**
 * The known objects of one kind in all namespaces. The sink receives only real changes: lists and reopened watches
 * repeat objects, and a list of one namespace has no information about the others.
 */
export class KindStore {
  readonly #kind: ObjectKind;
  readonly #sink: KindSink;
  /** Whether objects of a namespace are passed to the sink. */
  readonly #isPassed: (namespace: string) => boolean;
  #entries = new Map<string, Entry>();

  constructor(kind: ObjectKind, sink: KindSink, isPassed: (namespace: string) => boolean = () => true) {
    this.#kind = kind;
    this.#sink = sink;
    this.#isPassed = isPassed;
  }

  /**
   * Applies a completed list of one namespace, or of all of them: objects that it does not name there are gone. In
   * another history, such as that of a restored backup, versions are assigned anew, so equal versions do not mean equal
   * objects.
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
    // Deletions come before additions: an object with a new uid is another object, not a new version of the old one.
    for (const gone of recreated) this.#passRemoval(gone);
    this.#passAll(next);
    this.#entries = next;
  }

  /** Passes all objects to the sink again, because more namespaces may be passed on than before. */
  passAgain(): void {
    this.#passAll(this.#entries);
  }

  get isOfCandidates(): boolean {
    return this.#kind === 'Ingress' || this.#kind === 'HTTPRoute';
  }

  /**
   * Adds the objects of a list that is about to be applied, one in each step, so that little remains to be done when it
   * is applied.
   */
  *preload(items: readonly Listed[]): Steps<void> {
    for (const item of items) {
      if (item.object !== undefined) this.set(item);
      yield;
    }
  }

  /** For ADDED and MODIFIED alike: which of them the server sends depends on where the watch began. */
  set({ identity, object }: Listed): void {
    const known = this.#entries.get(keyOf(identity));
    if (sameVersion(known, identity)) return;
    if (object === undefined) throw new ApiError(`${this.#kind} ${keyOf(identity)} cannot be read`);
    if (known !== undefined && known.identity.uid !== identity.uid) {
      this.#passRemoval(identity);
    }
    if (this.#isPassed(identity.namespace)) this.#sink.set(object);
    this.#entries.set(keyOf(identity), { identity, object });
  }

  remove(identity: ObjectIdentity): void {
    const known = this.#entries.get(keyOf(identity));
    // The deletion of an object that was replaced meanwhile is not the deletion of its successor.
    if (known === undefined || known.identity.uid !== identity.uid) return;
    this.#passRemoval(identity);
    this.#entries.delete(keyOf(identity));
  }

  #passAll(entries: ReadonlyMap<string, Entry>): void {
    const passed = [...entries.values()].filter(({ identity }) => this.#isPassed(identity.namespace));
    this.#sink.replaceKind(
      this.#kind,
      passed.map(({ object }) => object),
    );
  }

  #passRemoval({ namespace, name }: ObjectIdentity): void {
    if (this.#isPassed(namespace)) this.#sink.remove(this.#kind, namespace, name);
  }

  count(namespace: string | undefined): number {
    if (namespace === undefined) return this.#entries.size;
    let count = 0;
    for (const { identity } of this.#entries.values()) if (identity.namespace === namespace) count++;
    return count;
  }
}

/** The uid is compared as well: on another server a new object of the same name may have the version of the old one. */
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
