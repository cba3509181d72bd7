import type { ObjectSink } from '../../server/sources/kubernetes/object-sink.ts';
import type { ObjectKind, StrippedObject } from '../../shared/ingress/stripped.ts';

/** Keeps the objects that a source has handed on, by kind, as a derivation would. */
export class RecordingSink implements ObjectSink {
  readonly #objects = new Map<ObjectKind, Map<string, StrippedObject>>();
  allListedCount = 0;

  set(object: StrippedObject): void {
    this.#of(object.kind).set(keyOf(object.meta.namespace, object.meta.name), object);
  }

  remove(kind: ObjectKind, namespace: string, name: string): void {
    this.#of(kind).delete(keyOf(namespace, name));
  }

  replaceKind(kind: ObjectKind, objects: readonly StrippedObject[]): void {
    this.#of(kind).clear();
    for (const object of objects) this.set(object);
  }

  allListed(): void {
    this.allListedCount++;
  }

  /** `namespace/name` of every object of the kind, sorted. */
  keys(kind: ObjectKind): readonly string[] {
    return [...this.#of(kind).keys()].toSorted();
  }

  #of(kind: ObjectKind): Map<string, StrippedObject> {
    const known = this.#objects.get(kind);
    if (known !== undefined) return known;
    const fresh = new Map<string, StrippedObject>();
    this.#objects.set(kind, fresh);
    return fresh;
  }
}

function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
