import { isRawRecord, type RawRecord } from '../data/raw-data.ts';
import { INSTANCE_STATUSES, type InstanceRecord, type InstanceStatus } from '../model/instance.ts';
import { appName, instanceId, type AppName, type InstanceId } from '../model/names.ts';
import type { PeerItem } from '../model/peer-item.ts';
import { err, ok, type Result } from '../result.ts';
import type { Steps } from '../time-slice.ts';
import type { DecodeError } from './decode-error.ts';
import { decodeInstanceJson } from './json-decode.ts';
import { encodeInstanceJson } from './json-encode.ts';
import { identifierFault, shownIdentifier } from './identifiers.ts';
import { isScalar, parseJson } from './json-values.ts';

/**
 * The body of `peerreplication/batch`: `{"replicationList":[{appName,id,action,…}]}`. An unknown action makes the whole
 * batch unreadable, as on stock servers. `now` (epoch milliseconds) stands in for missing time stamps. In steps of one
 * item, because some senders put tens of thousands into one batch.
 */
export function* decodePeerBatch(text: string, now: number): Steps<Result<readonly PeerItem[], DecodeError>> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const list = isRawRecord(parsed.value) ? parsed.value['replicationList'] : undefined;
  if (!Array.isArray(list)) return err({ reason: 'the batch has no replicationList' });
  const items: PeerItem[] = [];
  for (const each of list as readonly unknown[]) {
    const item = isRawRecord(each) ? itemOf(each, now) : undefined;
    if (item === undefined) return err({ reason: `an item of the batch has no known action: ${shortened(each)}` });
    items.push(item);
    yield;
  }
  return ok(items);
}

function itemOf(item: RawRecord, now: number): PeerItem | undefined {
  const app = appName(textOf(item['appName']));
  const id = instanceId(textOf(item['id']));
  const lastDirtyTimestamp = millisOf(item['lastDirtyTimestamp']);
  switch (item['action']) {
    case 'Register': {
      const decoded = decodeInstanceJson(item['instanceInfo'], now);
      const passedOver = (reason: string): PeerItem => ({
        kind: 'unreadable',
        status: 200,
        reason: `register of ${shownIdentifier(`${app}/${id}`)}: ${reason}`,
      });
      if (!decoded.ok) return passedOver(decoded.error.reason);
      const fault = identifierFault(decoded.value);
      if (fault !== undefined) return passedOver(fault);
      if (decoded.value.app !== app)
        return passedOver(`the instance says that its app is ${shownIdentifier(decoded.value.app)}`);
      return { kind: 'register', app, id: decoded.value.id, record: decoded.value };
    }
    case 'Heartbeat':
      return { kind: 'heartbeat', app, id, lastDirtyTimestamp, overriddenStatus: statusOf(item['overriddenStatus']) };
    case 'Cancel':
      return { kind: 'cancel', app, id };
    case 'StatusUpdate':
      return withStatus('set-status', app, id, item['status'], lastDirtyTimestamp);
    case 'DeleteStatusOverride':
      // UNKNOWN when the item has no status to go back to, as in the request for one instance.
      return withStatus('remove-status', app, id, item['status'] ?? 'UNKNOWN', lastDirtyTimestamp);
    default:
      return undefined;
  }
}

function withStatus(
  kind: 'set-status' | 'remove-status',
  app: AppName,
  id: InstanceId,
  value: unknown,
  lastDirtyTimestamp: number | undefined,
): PeerItem {
  const status = statusOf(value);
  if (status !== undefined) return { kind, app, id, status, lastDirtyTimestamp };
  return {
    kind: 'unreadable',
    status: 500,
    reason: `${kind} of ${shownIdentifier(`${app}/${id}`)}: no such status: ${shortened(value)}`,
  };
}

function statusOf(value: unknown): InstanceStatus | undefined {
  return INSTANCE_STATUSES.find((each) => each === value);
}

/** Of a list `Number` would make a text first, and one that is nested deeply enough exhausts the stack. */
function millisOf(value: unknown): number | undefined {
  const millis = isScalar(value) ? Number(value) : Number.NaN;
  return Number.isFinite(millis) ? millis : undefined;
}

function textOf(value: unknown): string {
  return isScalar(value) ? String(value) : '';
}

function shortened(value: unknown): string {
  return shownIdentifier(JSON.stringify(value) ?? '');
}

/** The answer to one item. `entity`: what is registered here, for a peer whose data is older. */
export interface PeerAnswer {
  readonly status: number;
  readonly entity?: InstanceRecord | undefined;
}

/** The answer to a batch: one for each item, in the same order. A stock peer fails to read it with any further key. */
export function* encodePeerAnswers(answers: readonly PeerAnswer[]): Steps<string> {
  const items: string[] = [];
  for (const { status, entity } of answers) {
    const shown = entity === undefined ? '' : `,"responseEntity":${encodeInstanceJson(entity, 'full')}`;
    items.push(`{"statusCode":${status}${shown}}`);
    yield;
  }
  return `{"responseList":[${items.join(',')}]}`;
}
