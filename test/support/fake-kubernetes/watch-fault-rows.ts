import type { WatchFault } from './faults.ts';

/** A way in which a watch has been seen to fail. */
export interface WatchFaultRow {
  readonly name: string;
  readonly fault: WatchFault;
  readonly on?: 'tls-http2';
  /** Whether it is reported to operators: an orderly end is no failure. */
  readonly reported: boolean;
}

export const WATCH_FAULTS: readonly WatchFaultRow[] = [
  { name: 'each watch closed at once', fault: { kind: 'close' }, reported: false },
  { name: 'one event, then close', fault: { kind: 'event-then-close' }, reported: false },
  { name: 'one bookmark, then close', fault: { kind: 'bookmark-then-close' }, reported: false },
  { name: '410 as an event', fault: { kind: 'gone-event' }, reported: false },
  { name: '410 as a reason without a code', fault: expired({ reason: 'Expired' }), reported: false },
  { name: '410 as the reason Gone', fault: expired({ reason: 'Gone', code: 500 }), reported: false },
  {
    name: '410 as a message of etcd',
    fault: expired({ code: 500, message: 'etcdserver: mvcc: required revision has been compacted' }),
    reported: false,
  },
  { name: 'a bookmark alone, then close', fault: { kind: 'bookmark-alone' }, reported: false },
  { name: '410 as a status', fault: { kind: 'status', status: 410 }, reported: false },
  { name: '401', fault: { kind: 'status', status: 401 }, reported: true },
  { name: '429', fault: { kind: 'status', status: 429 }, reported: true },
  { name: '500', fault: { kind: 'status', status: 500 }, reported: true },
  { name: 'connection reset', fault: { kind: 'reset' }, reported: true },
  { name: 'half a line, then reset', fault: { kind: 'half-line' }, reported: true },
  { name: 'half-open stream', fault: { kind: 'silent' }, reported: true },
  { name: 'no answer at all', fault: { kind: 'hang' }, reported: true },
  { name: 'error event 500, then close', fault: { kind: 'error-event', code: 500 }, reported: true },
  { name: 'too large a version, as of a server that lags', fault: tooLarge(), reported: true },
  { name: 'stream reset', fault: { kind: 'stream-reset' }, on: 'tls-http2', reported: true },
  { name: 'session lost', fault: { kind: 'session-lost' }, on: 'tls-http2', reported: true },
  { name: 'GOAWAY after an event', fault: { kind: 'goaway' }, on: 'tls-http2', reported: false },
];

function expired(status: object): WatchFault {
  return { kind: 'error-status', status: { kind: 'Status', status: 'Failure', message: 'no', ...status } };
}

function tooLarge(): WatchFault {
  const message = 'Too large resource version: 120, current: 110';
  const status = { kind: 'Status', status: 'Failure', reason: 'Timeout', code: 504, message };
  return { kind: 'error-status', status };
}

/** Those that only silence shows. */
export const SILENT: ReadonlySet<WatchFault['kind']> = new Set(['silent', 'hang']);
