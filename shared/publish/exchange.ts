import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';

/** One exchange with the legacy about one published entry. `replace` cancels the registration and makes it anew. */
export type PublishRequest =
  | { readonly kind: 'look' | 'renew' | 'cancel'; readonly app: AppName; readonly id: InstanceId }
  | {
      readonly kind: 'register' | 'replace';
      readonly app: AppName;
      readonly id: InstanceId;
      readonly form: InstanceRecord;
    };

/** What came of it. */
export type PublishAnswer =
  | { readonly kind: 'done' }
  /** The legacy has no such registration. */
  | { readonly kind: 'absent' }
  /** The answer to a look. */
  | { readonly kind: 'found'; readonly record: InstanceRecord }
  /** Nobody answered, or the answer is no verdict: whether the request had an effect is unknown. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What an answer means to people. */
export type PublishEvent =
  | 'published'
  | 'changed'
  /** It was missing at the legacy, and is registered again. */
  | 'registered-again'
  | 'withdrawn'
  /** The id belongs to a registration that no Eurek8s made. */
  | 'taken'
  | 'failed';

/** What is known about one entry at the legacy. Epoch milliseconds. */
export interface PublishedState {
  /** Since when this process has known it to be there; `undefined`: it is not there, or not known to be. */
  readonly since: number | undefined;
  /** Why it is not there, or what went wrong last. */
  readonly problem: string | undefined;
}

export interface PublishSummary {
  /** Entries that shall be in the legacy. */
  readonly wanted: number;
  readonly published: number;
  /** Of those that shall be there, or shall be gone: how many have a problem. */
  readonly failing: number;
  /** Entries that are still to be cancelled. */
  readonly withdrawing: number;
  readonly lastProblem: string | undefined;
}
