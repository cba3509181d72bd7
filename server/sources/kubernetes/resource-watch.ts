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
import { isOlder } from './version-order.ts';
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

/** Streams in a row that bring nothing, before what they start from is doubted and listed anew. */
const MAX_BARREN_STREAMS = 3;

/** What is known, and so what a list is compared with. */
interface Known {
  /** The latest version seen, in a list or on a stream; empty at first. */
  readonly version: string;
  /** Whether the server was caught with another history than that of `version`. */
  readonly history: 'same' | 'another';
}

/**
 * List, watch, and list again when the watch cannot be continued: one resource kept current until stopped.
 * The loop is ours and not the cluster client's `ListWatch`: that one keeps a second copy of every raw object, stops for
 * good at most errors, and lets a listener's exception end the process. Its `Watch` is used, one stream at a time.
 */
export async function watchResource(options: ResourceWatchOptions, signal: AbortSignal): Promise<void> {
  const { access, plan, timing, clock, random, record } = options;
  const watch = new RepeatedWatch({ access, path: planPath(plan), timing, clock, random });
  const applyBackoff = new Backoff(clock, random, timing.minInterval, timing.maxBackoff);
  let known: Known = { version: '', history: 'same' };
  for (;;) {
    if (!(await applyBackoff.turn(signal))) return;
    const list = await completeList({ ...options, onFailure: (failure) => record.failed('list', failure) }, signal);
    if (list === undefined) return;
    if (known.history === 'same' && isOlder(list.resourceVersion, known.version)) {
      // A replica of the API server that lags would take back what is known. A second list tells it from a restored backup.
      record.doubted(
        `a list of version ${list.resourceVersion} after ${known.version}: another history, or a server that lags`,
      );
      known = { ...known, history: 'another' };
    } else if (await apply(options, list, known.history)) {
      applyBackoff.succeeded();
      known = await watchOn(options, watch, list.resourceVersion, signal);
    } else {
      applyBackoff.failed();
    }
  }
}

/** False when the sink threw: contained, counted and tried again with the next list. */
async function apply(
  { store, plan, record, newTimeSlice }: ResourceWatchOptions,
  list: CompleteList,
  history: Known['history'],
): Promise<boolean> {
  try {
    // Thousands of new objects. Nothing follows from them before every kind was listed, so they may come in pieces.
    if (!record.status.settled) await runInSlices(store.preload(list.items), newTimeSlice());
    store.replace(plan.namespace, list, history);
    record.listed(list.items.length);
    return true;
  } catch (error) {
    record.failed('apply', failureOf(error));
    return false;
  }
}

/** Follows stream after stream until only a new list helps, or it is time for one, or stopped. Returns what is known then. */
async function watchOn(
  options: ResourceWatchOptions,
  watch: RepeatedWatch,
  listedVersion: string,
  signal: AbortSignal,
): Promise<Known> {
  const { store, plan, record, strip, timing, clock, random } = options;
  let resourceVersion = listedVersion;
  let barren = 0;
  let openedAt = clock.now();
  let bookmarks = 0;
  const relistAt = clock.now() + timing.relistInterval * (0.9 + random() / 5);
  const onEvent = ({ type, object }: WatchEvent): 'taken' | 'relist' => {
    const version = versionOf(object);
    if (isOlder(version, resourceVersion)) return 'relist';
    if (type !== 'BOOKMARK') {
      const item = listed(plan.resource.kind, object, strip);
      if (type === 'DELETED') store.remove(item.identity);
      else store.set(item);
      // What is sent again and again is no sign of life.
      if (version !== resourceVersion) barren = 0;
    } else {
      bookmarks++;
    }
    // Only once it is applied: what has not been must be sent again.
    resourceVersion = version || resourceVersion;
    record.event(type);
    return 'taken';
  };
  const opened = (): void => {
    openedAt = clock.now();
    record.opened();
  };
  // A net for lines that were lost on the way. Taken when a stream ends, so that the change of streams costs nothing.
  while (clock.now() < relistAt) {
    if (barren >= MAX_BARREN_STREAMS) {
      record.doubted(`${barren} streams in a row brought nothing`);
      break;
    }
    // An event takes this back. A bookmark does when it came on a stream that lived, as those of quiet resources do.
    barren += 1;
    bookmarks = 0;
    const end = await watch.follow(resourceVersion, { opened, event: onEvent }, signal);
    record.closed();
    if (
      end.kind === 'closed' &&
      end.failure === undefined &&
      bookmarks > 0 &&
      clock.now() - openedAt >= timing.maxBackoff
    ) {
      barren = 0;
    }
    switch (end.kind) {
      case 'stopped':
        return { version: resourceVersion, history: 'same' };
      case 'relist':
        // History that has run out is ordinary; a listener that throws is not.
        if (end.reason === 'listener') record.failed('apply', end.failure);
        if (end.reason === 'history') record.doubted(end.failure.text);
        return { version: resourceVersion, history: end.reason === 'history' ? 'another' : 'same' };
      case 'closed':
        if (end.failure !== undefined) record.failed('watch', end.failure);
    }
  }
  return { version: resourceVersion, history: 'same' };
}
