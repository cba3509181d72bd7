import type { Registration } from '../support/eureka-rest.ts';
import type { ServedProcess } from '../support/served-process.ts';
import type { SourceReport } from '../../shared/api/sources.ts';
import { addressOf } from './answer.ts';
import { Truth, type Entry } from './truth.ts';

const APPS = ['ORDERS', 'PAYMENTS', 'STOCK', 'MAIL'];
const INSTANCES_EACH = 4;
const FIRST_PORT = 9_100;
/** What the cases register after their faults, to see that news come through again. */
const MARK_APP = 'MARK';
const MARK_PORT = 9_999;

/** The instances of the legacy. */
export const FLEET: readonly Registration[] = APPS.flatMap((app, a) =>
  Array.from({ length: INSTANCES_EACH }, (_, n) => ({
    app,
    id: `${app.toLowerCase()}-${n}`,
    port: FIRST_PORT + INSTANCES_EACH * a + n,
  })),
);

/** A live one, to be renewed. */
export const RENEWED = 'ORDERS/orders-0';

export function keyOf({ app, id }: Registration): string {
  return `${app}/${id}`;
}

export function entryOf({ host = '127.0.0.1', ip = '127.0.0.1', port }: Registration): Entry {
  return { address: addressOf(host, ip, port), statuses: ['UP'] };
}

export function markOf(name: string): Registration {
  return { app: MARK_APP, id: name, port: MARK_PORT };
}

/** That the whole fleet is there. Cases that share a server see each other's marks. */
export function fleetTruth(marks: Iterable<string> = []): Truth {
  const truth = new Truth(FLEET.map((each) => [keyOf(each), entryOf(each)]));
  for (const name of marks) truth.allow(keyOf(markOf(name)), entryOf(markOf(name)));
  return truth;
}

export async function sourceOf(served: ServedProcess, id: string): Promise<SourceReport> {
  const found = (await served.sources()).sources.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no source ${id}`);
  return found;
}

export async function isListed(served: ServedProcess, key: string): Promise<boolean> {
  const [app = '', id = ''] = key.split('/');
  const { status, body } = await served.get(`/eureka/apps/${app}`, { accept: 'application/json' });
  return status === 200 && body.includes(`"instanceId":"${id}"`);
}

/** Whether a sample of /metrics has this value. */
export async function hasMetric(served: ServedProcess, sample: string): Promise<boolean> {
  return (await served.get('/metrics')).body.split('\n').includes(sample);
}
