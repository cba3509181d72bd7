import type { WireInstance } from './wire.ts';

/** The fields of an entry that the judge compares. `v` is a metadata entry that grows with each change. */
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

/** The facts that an answer states, by key. */
export function factsOf(instances: Iterable<WireInstance>): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const instance of instances) {
    const { instanceId: key, app, hostName: host, ipAddr: ip, port, vipAddress: vip = '', metadata = {} } = instance;
    const { v = '' } = metadata;
    const enabled = port['@enabled'] === 'true' ? '' : ' without its port';
    // A registration has one author, an entry from Kubernetes two objects.
    const registered = metadata[MARKER] === undefined;
    const state = stateOf({ app, host, ip, port: port.$, vip, v }) + enabled;
    facts.set(key, registered ? `${state} ${instance.status}` : state);
    if (!registered) facts.set(statusKey(key), instance.status);
  }
  return facts;
}
