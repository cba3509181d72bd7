import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';
import type { Presence } from '../../../shared/history/cause.ts';
import type { AppName } from '../../../shared/model/names.ts';
import type { ContributionSink, Detail, Holding } from '../../ports/source.ts';

/** What turns cluster objects into contributions: the derivation, as far as this source uses it. */
export interface ObjectSink {
  /** An object is new or has changed. */
  set(object: StrippedObject): void;
  remove(kind: ObjectKind, namespace: string, name: string): void;
  /** All objects of the kind: those not named are gone. Only called after completed lists. */
  replaceKind(kind: ObjectKind, objects: readonly StrippedObject[]): void;
  /** Every needed kind has been listed once, except in namespaces that are not listed yet. */
  allListed(isListed: (namespace: string) => boolean): void;
  /** A further namespace has been listed completely: what is missing in it is gone. */
  namespaceListed?(namespace: string): void;
  /** Nothing comes any more. */
  stop(): void;
  /** Numbers for the health of the source, such as `published: 12`. */
  counts(): Readonly<Record<string, number>>;
  /** For a process after this one: JSON, and what belongs to one application. */
  state?(): unknown;
  detailsOf?(app: AppName): readonly Detail[];
  remembered?(): Iterable<AppName>;
  /** As of a source. */
  presence?(object: string): Presence | undefined;
  /** What it keeps back. Absent where it keeps nothing back. */
  readonly holding?: Holding;
}

/** Opens one. `viewAt`: up to when (epoch milliseconds) every watch shows what there is; undefined: one is out of touch. */
export type OpenSink = (contributions: ContributionSink, viewAt: () => number | undefined) => ObjectSink;

/** Keeps the needed fields of a raw API object; `undefined` when it cannot be read as that kind. */
export type StripObject = (kind: ObjectKind, raw: unknown) => StrippedObject | undefined;
