import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Write } from '../../server/ports/writes.ts';
import { decodeInstanceJson } from '../../shared/codec/json-decode.ts';
import { decodeRegistration } from '../../shared/codec/registration.ts';
import { INSTANCE_STATUSES, type InstanceRecord } from '../../shared/model/instance.ts';
import { type AppName, appName, instanceId } from '../../shared/model/names.ts';
import { RAW } from './lease-world.ts';

/** One recorded exchange with a stock server. Lists of them are in the order of recording. */
export interface Exchange {
  readonly name: string;
  /** Epoch milliseconds when the request was sent. */
  readonly at: number;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly status: number;
  /** What a POST registered. */
  readonly body?: object;
  /** What a GET answered. */
  readonly instances?: readonly object[];
}

export function recordedExchanges(): Readonly<Record<'hoxton' | 'current', readonly Exchange[]>> {
  return JSON.parse(readFileSync(new URL('../golden/leases/exchanges.json', import.meta.url), 'utf8'));
}

/** A recorded write as the HTTP layer would pass it on; `undefined` for a read. */
export function writeOf(exchange: Exchange): Write | undefined {
  const url = new URL(exchange.path, 'http://127.0.0.1/');
  const [, , app = '', id = '', resource = ''] = url.pathname.split('/').map(decodeURIComponent);
  const target = { app: appName(app), id: instanceId(id), raw: RAW };
  const dirty = url.searchParams.get('lastDirtyTimestamp');
  const lastDirtyTimestamp = dirty === null ? undefined : Number(dirty);
  const status = INSTANCE_STATUSES.find((known) => known === url.searchParams.get('value')) ?? 'UNKNOWN';
  switch (`${exchange.method} ${resource}`) {
    case 'POST ': {
      const record = decodeRegistration(target.app, 'application/json', JSON.stringify(exchange.body), exchange.at);
      assert.ok(record.ok, exchange.name);
      return { kind: 'register', ...target, id: record.value.id, record: record.value };
    }
    case 'PUT ':
      return { kind: 'renew', ...target, lastDirtyTimestamp };
    case 'DELETE ':
      return { kind: 'cancel', ...target };
    case 'PUT status':
      return { kind: 'set-status', ...target, status, lastDirtyTimestamp };
    case 'DELETE status':
      return { kind: 'remove-status', ...target, status, lastDirtyTimestamp };
    case 'PUT metadata':
      // The first value of a repeated key counts.
      return { kind: 'metadata', ...target, entries: new Map([...url.searchParams].toReversed()) };
    default:
      return undefined;
  }
}

/** The application that a read asks for; `undefined` for all. */
export function appOfRead(exchange: Exchange): AppName | undefined {
  const app = exchange.path.split('/')[1];
  return app === undefined ? undefined : appName(app);
}

export function instancesOf(exchange: Exchange): readonly InstanceRecord[] {
  return (exchange.instances ?? []).map((each) => {
    const record = decodeInstanceJson(each, exchange.at);
    assert.ok(record.ok, exchange.name);
    return record.value;
  });
}
