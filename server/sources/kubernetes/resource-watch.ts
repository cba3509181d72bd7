import { runInSlices, type NewTimeSlice } from '../../../shared/time-slice.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { completeList, type CompleteList } from './complete-list.ts';
import { failureOf } from './failure.ts';
import type { KindStore } from './kind-store.ts';
import { listed, versionOf } from './list-page.ts';
import type { StripObject } from './object-sink.ts';
import { Backoff } from './backoff.ts';
import { RepeatedWatch } from './repeated-watch.ts';
import { planPath, type WatchPlan } from './resources.ts';
import type { Timing } from './timing.ts';
import type { WatchRecord } from './watch-record.ts';
import type { WatchEvent } from './watch-stream.ts';

export interface ResourceWatchOptions {
  readonly plan: WatchPlan;
  readonly access: ClusterAccess;
  readonly store: KindStore;
  readonly record: WatchRecord;
  readonly strip: StripObject;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly random: Random;
  readonly newTimeSlice: NewTimeSlice;
}

/** Streams that bring nothing but failures, in a row, before what they start from is doubted and listed anew. */
const BARREN_STREAMS = 5;

/**
 * List, watch, and list again when the watch cannot be continued: one resource kept current until stopped.
 * The loop is ours and not the cluster client's `ListWatch`: that one keeps a second copy of every raw object, stops for
 * good at most errors, and lets a listener's exception end the process. Its `Watch` is used, one stream at a time.
 */
export async function watchResource(options: ResourceWatchOptions, signal: AbortSignal): Promise<void> {
  const { access, plan, timing, clock, random, record } = options;
  const watch = new RepeatedWatch({ access, path: planPath(plan), timing, clock, random });
  const applyBackoff = new Backoff(clock, random, timing.minInterval, timing.maxBackoff);
  for (;;) {
    if (!(await applyBackoff.turn(signal))) return;
    const list = await completeList({ ...options, onFailure: (failure) => record.failed('list', failure) }, signal);
    if (list === undefined) return;
    if (await apply(options, list)) {
      applyBackoff.succeeded();
      await watchOn(options, watch, list.resourceVersion, signal);
    } else {
      applyBackoff.failed();
    }
  }
}

/** False when the sink threw: contained, counted and tried again with the next list. */
async function apply(
  { store, plan, record, newTimeSlice }: ResourceWatchOptions,
  list: CompleteList,
): Promise<boolean> {
  try {
    // Thousands of new objects. Nothing follows from them before every kind was listed, so they may come in pieces.
    if (!record.status.settled) await runInSlices(store.preload(list.items), newTimeSlice());
    store.replace(plan.namespace, list);
    record.listed(list.items.length);
    return true;
  } catch (error) {
    record.failed('apply', failureOf(error));
    return false;
  }
}

/** Follows stream after stream until only a new list helps, or it is time for one, or stopped. */
async function watchOn(
  options: ResourceWatchOptions,
  watch: RepeatedWatch,
  listedVersion: string,
  signal: AbortSignal,
): Promise<void> {
  const { store, plan, record, strip, timing, clock, random } = options;
  let resourceVersion = listedVersion;
  let barren = 0;
  const relistAt = clock.now() + timing.relistInterval * (0.9 + random() / 5);
  const onEvent = ({ type, object }: WatchEvent): void => {
    if (type !== 'BOOKMARK') {
      const item = listed(plan.resource.kind, object, strip);
      if (type === 'DELETED') store.remove(item.identity);
      else store.set(item);
      barren = 0;
    }
    // Only once it is applied: what has not been must be sent again.
    resourceVersion = versionOf(object) || resourceVersion;
    record.event(type);
  };
  const listener = { opened: () => record.opened(), event: onEvent };
  // A net for lines that were lost on the way. Taken when a stream ends, so that the change of streams costs nothing.
  while (clock.now() < relistAt && barren < BARREN_STREAMS) {
    const end = await watch.follow(resourceVersion, listener, signal);
    record.closed();
    switch (end.kind) {
      case 'stopped':
        return;
      case 'relist':
        // History that has run out is ordinary; a listener that throws is not.
        if (end.reason === 'listener') record.failed('apply', end.failure);
        return;
      case 'closed':
        if (end.failure === undefined) break;
        barren += 1;
        record.failed('watch', end.failure);
    }
  }
}
