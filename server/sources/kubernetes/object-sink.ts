import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';
import type { Holding } from '../../ports/source.ts';

/** Who turns cluster objects into contributions: the derivation, as far as this source needs to know it. */
export interface ObjectSink {
  /** An object is new or has changed. */
  set(object: StrippedObject): void;
  remove(kind: ObjectKind, namespace: string, name: string): void;
  /** Every object of the kind: those not named are gone. Only ever called after completed lists. */
  replaceKind(kind: ObjectKind, objects: readonly StrippedObject[]): void;
  /** Every needed kind has been listed once. */
  allListed(): void;
  /** Nothing comes any more. */
  stop(): void;
  /** Facts for health: `published: 12`. */
  counts(): Readonly<Record<string, number>>;
  /** What it keeps back. Absent where it keeps nothing back. */
  readonly holding?: Holding;
}

/** Keeps the needed fields of a raw API object; `undefined` when it cannot be read as that kind. */
export type StripObject = (kind: ObjectKind, raw: unknown) => StrippedObject | undefined;
