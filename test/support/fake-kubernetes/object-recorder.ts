import type { ObjectSink } from '../../../server/sources/kubernetes/object-sink.ts';
import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';

/** An object sink that records its calls and every removal. It can be made to throw. */
export class ObjectRecorder implements ObjectSink {
  readonly objects = new Map<string, StrippedObject>();
  /** The removed objects, as `Ingress/shop/orders`, in order. */
  readonly removed: string[] = [];
  /** The calls, as `set Ingress/shop/orders` or `replace Ingress`. */
  readonly calls: string[] = [];
  allListedCount = 0;
  /** Called before each call is recorded. */
  fails: (call: string) => boolean = () => false;

  set(object: StrippedObject): void {
    const key = `${object.kind}/${object.meta.namespace}/${object.meta.name}`;
    this.#call(`set ${key}`);
    this.objects.set(key, object);
  }

  remove(kind: ObjectKind, namespace: string, name: string): void {
    const key = `${kind}/${namespace}/${name}`;
    this.#call(`remove ${key}`);
    this.#drop(key);
  }

  replaceKind(kind: ObjectKind, objects: readonly StrippedObject[]): void {
    this.#call(`replace ${kind}`);
    const next = new Map(objects.map((object) => [`${kind}/${object.meta.namespace}/${object.meta.name}`, object]));
    for (const key of this.keys(kind)) if (!next.has(key)) this.#drop(key);
    for (const [key, object] of next) this.objects.set(key, object);
  }

  allListed(): void {
    this.allListedCount += 1;
  }

  stop(): void {
    this.calls.push('stop');
  }

  counts(): Readonly<Record<string, number>> {
    return { objects: this.objects.size };
  }

  keys(kind: ObjectKind): readonly string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(`${kind}/`)).toSorted();
  }

  #drop(key: string): void {
    if (this.objects.delete(key)) this.removed.push(key);
  }

  #call(call: string): void {
    this.calls.push(call);
    if (this.fails(call)) throw new Error(`sink refused ${call}`);
  }
}
