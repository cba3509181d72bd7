import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { Scheduled } from './due-items.ts';
import type { PublishRequest } from './exchange.ts';
import { publishedForm } from './published-form.ts';

/** What shall be registered of one entry. */
export interface Wanted {
  /** As the snapshot has it: the same object means no change. */
  record: InstanceRecord;
  readonly form: InstanceRecord;
}

/**
 * What is believed to be at the legacy. `unknown`: it has to be looked at. `there`: as wanted. `outdated`: something
 * else, which a registration replaces. `locked`: something else, which must be cancelled first. `taken`: a registration
 * that no Eurek8s made.
 */
export type Believed = 'unknown' | 'absent' | 'there' | 'outdated' | 'locked' | 'taken';

/** One entry that shall be at the legacy, or shall not be there any more. */
export interface PublishedItem extends Scheduled {
  readonly app: AppName;
  readonly id: InstanceId;
  /** `undefined`: it was withdrawn here, and has to be cancelled. */
  wanted: Wanted | undefined;
  believed: Believed;
  /** What was wanted when the request under way was made. */
  asked: Wanted | undefined;
  /** Requests in a row without a usable answer. */
  failures: number;
  /** Times in a row that the legacy showed something that must be cancelled first. */
  replaced: number;
  /** It was there before and was missing. */
  lost: boolean;
  /** Its next renewal is due at a random time, so that renewals stay spread. */
  spread: boolean;
  /** Epoch milliseconds since when it is there as far as this process knows. */
  since: number | undefined;
  problem: string | undefined;
}

export function newItem(record: InstanceRecord, now: number): PublishedItem {
  return {
    app: record.app,
    id: record.id,
    wanted: { record, form: publishedForm(record) },
    believed: 'unknown',
    asked: undefined,
    failures: 0,
    replaced: 0,
    lost: false,
    spread: false,
    since: undefined,
    problem: undefined,
    dueAt: now,
    isBusy: false,
    isUrgent: false,
  };
}

/** The request that brings the legacy nearer to what is wanted. */
export function requestOf({ app, id, wanted, believed }: PublishedItem): PublishRequest {
  if (believed === 'unknown' || believed === 'taken') return { kind: 'look', app, id };
  if (wanted === undefined) return { kind: 'cancel', app, id };
  const { form } = wanted;
  switch (believed) {
    case 'absent':
    case 'outdated':
      return { kind: 'register', app, id, form };
    case 'locked':
      return { kind: 'replace', app, id, form };
    case 'there':
      return { kind: 'renew', app, id };
  }
}
