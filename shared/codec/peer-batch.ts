import { INSTANCE_STATUSES, type InstanceRecord, type InstanceStatus } from '../model/instance.ts';
import { appName, instanceId, type AppName, type InstanceId } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError } from './decode-error.ts';
import { decodeInstanceJson } from './json-decode.ts';
import { isObject, isScalar, parseJson, type JsonObject } from './json-values.ts';

/** One change that a peer passes on, decoded. */
export type PeerItem =
  | { readonly kind: 'register'; readonly app: AppName; readonly id: InstanceId; readonly record: InstanceRecord }
  | {
      readonly kind: 'heartbeat';
      readonly app: AppName;
      readonly id: InstanceId;
      /** Epoch milliseconds; absent when the peer gave none. */
      readonly lastDirtyTimestamp: number | undefined;
    }
  | { readonly kind: 'cancel'; readonly app: AppName; readonly id: InstanceId }
  | {
      readonly kind: 'set-status' | 'remove-status';
      readonly app: AppName;
      readonly id: InstanceId;
      readonly status: InstanceStatus;
      readonly lastDirtyTimestamp: number | undefined;
    }
  /** A register without an instance that can be read: stock answers it 200 all the same. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * The body of `peerreplication/batch`: `{"replicationList":[{appName,id,action,…}]}`. An action that nobody knows makes
 * the whole batch unreadable, as on stock servers. `now` (epoch milliseconds) stands in for missing time stamps.
 */
export function decodePeerBatch(text: string, now: number): Result<readonly PeerItem[], DecodeError> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const list = isObject(parsed.value) ? parsed.value['replicationList'] : undefined;
  if (!Array.isArray(list)) return err({ reason: 'the batch has no replicationList' });
  const items: PeerItem[] = [];
  for (const each of list as readonly unknown[]) {
    const item = isObject(each) ? itemOf(each, now) : undefined;
    if (item === undefined) return err({ reason: `an item of the batch has no known action: ${shortened(each)}` });
    items.push(item);
  }
  return ok(items);
}

function itemOf(item: JsonObject, now: number): PeerItem | undefined {
  const app = appName(textOf(item['appName']));
  const id = instanceId(textOf(item['id']));
  const dirty = Number(item['lastDirtyTimestamp'] ?? Number.NaN);
  const lastDirtyTimestamp = Number.isFinite(dirty) ? dirty : undefined;
  const status = INSTANCE_STATUSES.find((each) => each === item['status']) ?? 'UNKNOWN';
  switch (item['action']) {
    case 'Register': {
      const decoded = decodeInstanceJson(item['instanceInfo'], now);
      if (!decoded.ok) return { kind: 'unreadable', reason: `register of ${app}/${id}: ${decoded.error.reason}` };
      return { kind: 'register', app: decoded.value.app, id: decoded.value.id, record: decoded.value };
    }
    case 'Heartbeat':
      return { kind: 'heartbeat', app, id, lastDirtyTimestamp };
    case 'Cancel':
      return { kind: 'cancel', app, id };
    case 'StatusUpdate':
      return { kind: 'set-status', app, id, status, lastDirtyTimestamp };
    case 'DeleteStatusOverride':
      return { kind: 'remove-status', app, id, status, lastDirtyTimestamp };
    default:
      return undefined;
  }
}

function textOf(value: unknown): string {
  return isScalar(value) ? String(value) : '';
}

function shortened(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 100);
}

/** The answer: a status for each item, in the same order. Any further key makes a stock peer fail to read it. */
export function encodePeerStatuses(statuses: readonly number[]): string {
  return JSON.stringify({ responseList: statuses.map((statusCode) => ({ statusCode })) });
}
