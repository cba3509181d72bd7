import { TIMES } from './timing.ts';
import type { WireInstance, WirePort } from './wire.ts';

/**
 * The fields of an entry that the judge compares. `v` is a metadata entry that grows with each change. All others follow
 * from these, by how the driver makes its instances and Ingresses.
 */
export interface EntryFields {
  readonly app: string;
  readonly host: string;
  readonly ip: string;
  readonly port: number;
  readonly vip: string;
  readonly v: string;
}

const MARKER = 'eurek8s.io/source';

export function stateOf(fields: EntryFields): string {
  const { app, host, ip, port, vip, v } = fields;
  return `${app} ${host}(${ip}):${port} vip=${vip} v=${v}`;
}

/** The key of the status of an entry, which is a fact of its own: Kubernetes tells of it by another object. */
export function statusKey(key: string): string {
  return `${key}|status`;
}

/** The facts that a full list states, by key. What is odd about an entry is a part of its state: nothing like it is true. */
export function factsOf(instances: Iterable<WireInstance>): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const instance of instances) {
    const { instanceId: key, app, hostName: host, ipAddr: ip, port, vipAddress: vip = '', metadata = {} } = instance;
    const { v = '' } = metadata;
    // A registration has one author, an entry from Kubernetes two objects.
    const registered = metadata[MARKER] === undefined;
    const odd = oddities(instance, registered).map((each) => `, ${each}`);
    const twice = facts.has(key) ? `${facts.get(key)}, and again: ` : '';
    const state = twice + stateOf({ app, host, ip, port: port.$, vip, v }) + odd.join('');
    facts.set(key, registered ? `${state} ${instance.status}` : state);
    if (!registered) facts.set(statusKey(key), instance.status);
  }
  return facts;
}

/** The state of an instance as it is without the mark of a cancel. */
export function withoutMark(state: string): string {
  return state.replace(', action DELETED', '');
}

/** What does not follow from the other fields of an entry. */
function oddities(instance: WireInstance, registered: boolean): readonly string[] {
  const { hostName, port, app, vipAddress } = instance;
  const { v: _v, ...metadata } = instance.metadata ?? {};
  const base = `http://${hostName}:${port.$}`;
  const added = registered ? {} : { zone: 'defaultZone', [MARKER]: `main/shop/${app.toLowerCase()}` };
  const lease = registered ? `${TIMES.heartbeat / 1_000}/${TIMES.leaseDuration / 1_000}` : '30/90';
  const { renewalIntervalInSecs: renewal, durationInSecs: duration } = instance.leaseInfo ?? {};
  const compared: readonly (readonly [what: string, is: string | undefined, expected: string | undefined])[] = [
    ['port', shownPort(port), `${port.$} true`],
    ['secure port', shownPort(instance.securePort), '443 false'],
    ['secure vip', instance.secureVipAddress, vipAddress],
    ['overridden', instance.overriddenStatus, 'UNKNOWN'],
    ['home page', instance.homePageUrl, `${base}/`],
    ['status page', instance.statusPageUrl, `${base}/actuator/info`],
    ['health check', instance.healthCheckUrl, `${base}/actuator/health`],
    ['data centre', instance.dataCenterInfo?.name, 'MyOwn'],
    ['lease', `${renewal}/${duration}`, lease],
    ['metadata', shownMetadata(metadata), shownMetadata(added)],
    // Full lists have it in stock servers, too, and clients make nothing of it but this.
    ['action', instance.actionType === 'DELETED' ? 'DELETED' : 'none', 'none'],
  ];
  return compared.filter(([, is, expected]) => is !== expected).map(([what, is]) => `${what} ${is}`);
}

function shownPort(port: WirePort | undefined): string {
  return port === undefined ? 'none' : `${port.$} ${port['@enabled']}`;
}

function shownMetadata(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(' ');
}
