import type { ObjectEvent } from '../../shared/api/object-events.ts';

/** `known`: another replica wrote the same a moment ago. `gone`: the object is not there any more. */
export type EventOutcome = 'written' | 'repeated' | 'known' | 'gone' | 'failed';

/** Writes Events into the cluster that the object is of. It never rejects. */
export type WriteEvent = (event: ObjectEvent) => Promise<EventOutcome>;
