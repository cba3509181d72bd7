import { runInSlices, type NewTimeSlice } from '../../../shared/time-slice.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { completeList, type CompleteList } from './complete-list.ts';
import { failureOf } from './failure.ts';
import type { KindStore } from './kind-store.ts';
import { listed, versionOf } from './list-page.ts';
import type { StripObject } from './object-sink.ts';
import { Backoff } from './backoff.ts';
import { RepeatedWatch, type WatchStart } from './repeated-watch.ts';
import { planPath, type WatchPlan } from './resources.ts';
import type { Timing } from './timing.ts';
import { VersionCheck } from './version-check.ts';
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

/** Consecutive streams without an event before their start version is doubted and the resource is listed anew. */
const MAX_BARREN_STREAMS = 3;

/** What is known, to be compared with a list. */
interface Known {
  /** The latest version in a list or a stream; empty at first. */
  readonly version: string;
  /** `another` when the server has shown another history than that of `version`. */
  readonly history: 'same' | 'another';
}

/**
 * List, watch, and list again when the watch cannot be continued: keeps one resource current until stopped. The loop is
 * ours and not the cluster client's `ListWatch`, which keeps a second copy of every raw object, stops for good at most
 * errors, and lets an exception of a listener end the process. Its `Watch` is used, one stream at a time.
 */
export async function watchResource(options: ResourceWatchOptions, signal: AbortSignal): Promise<void> {
  const { access, plan, timing, clock, random, record } = options;
  const watch = new RepeatedWatch({
    access,
    path: planPath(plan),
    check: new VersionCheck(options),
    timing,
    clock,
    random,
  });
  const applyBackoff = new Backoff(clock, random, timing.minInterval, timing.maxBackoff);
  let known: Known = { version: '', history: 'same' };
  for (;;) {
    if (!(await applyBackoff.turn(signal))) return;
    const list = await completeList({ ...options, onFailure: (failure) => record.failed('list', failure) }, signal);
    if (list === undefined) return;
    if (known.history === 'same' && isOlder(list.resourceVersion, known.version)) {
      // The list may be from a replica of the API server that lags, and would revert what is known. A second list
      // distinguishes that from a restored backup.
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

/** Returns false when the sink threw. The error is recorded, and the next list is applied again. */
async function apply(
  { store, plan, record, newTimeSlice }: ResourceWatchOptions,
  list: CompleteList,
  history: Known['history'],
): Promise<boolean> {
  try {
    // There may be thousands of new objects. Nothing is derived from them before every kind was listed, so they may be
    // added in time slices.
    if (!record.status.settled) await runInSlices(store.preload(list.items), newTimeSlice());
    store.replace(plan.namespace, list, history);
    record.listed(list.items.length);
    return true;
  } catch (error) {
    record.failed('apply', failureOf(error));
    return false;
  }
}

/**
 * Follows one stream after another until a new list is necessary or due, or until stopped. Returns what is known then.
 */
async function watchOn(
  options: ResourceWatchOptions,
  watch: RepeatedWatch,
  listedVersion: string,
  signal: AbortSignal,
): Promise<Known> {
  const { store, plan, record, strip, timing, clock, random } = options;
  let resourceVersion = listedVersion;
  let after: WatchStart['after'] = 'list';
  let barrenStreams = 0;
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
      // Repeated events do not show that the stream is alive.
      if (version !== resourceVersion) barrenStreams = 0;
    } else {
      bookmarks++;
    }
    // The version advances only after the event was applied, so that an event that failed is sent again.
    resourceVersion = version || resourceVersion;
    record.event(type);
    return 'taken';
  };
  const opened = (): void => {
    openedAt = clock.now();
    record.opened();
  };
  // The regular list recovers events that were lost on the way. It is made when a stream ends, so that it interrupts
  // none.
  while (clock.now() < relistAt) {
    if (barrenStreams >= MAX_BARREN_STREAMS) {
      record.doubted(`${barrenStreams} streams in a row brought nothing`);
      break;
    }
    // An event resets the count. A bookmark does so when its stream lasted, as the streams of quiet resources do.
    barrenStreams += 1;
    bookmarks = 0;
    const end = await watch.follow({ resourceVersion, after }, { opened, event: onEvent }, signal);
    after = 'stream';
    record.closed();
    if (
      end.kind === 'closed' &&
      end.failure === undefined &&
      bookmarks > 0 &&
      clock.now() - openedAt >= timing.maxBackoff
    ) {
      barrenStreams = 0;
    }
    switch (end.kind) {
      case 'stopped':
        return { version: resourceVersion, history: 'same' };
      case 'relist':
        // An expired history is normal; a listener that throws is not.
        if (end.reason === 'listener') record.failed('apply', end.failure);
        if (end.reason === 'away') record.failed('watch', end.failure);
        if (end.reason === 'history') record.doubted(end.failure.text);
        return { version: resourceVersion, history: end.reason === 'history' ? 'another' : 'same' };
      case 'closed':
        if (end.failure !== undefined) record.failed('watch', end.failure);
    }
  }
  return { version: resourceVersion, history: 'same' };
}
