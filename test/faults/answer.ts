import type { Entry } from './truth.ts';

interface ShownPort {
  readonly $: number;
  readonly '@enabled': string;
}

interface ShownInstance {
  readonly instanceId: string;
  readonly app: string;
  readonly hostName: string;
  readonly ipAddr: string;
  readonly status: string;
  readonly overriddenStatus: string;
  readonly port: ShownPort;
  readonly securePort: ShownPort;
  readonly vipAddress: string;
  readonly secureVipAddress: string;
  readonly homePageUrl: string;
  readonly statusPageUrl: string;
  readonly healthCheckUrl: string;
  readonly actionType?: string;
}

/** A full answer or a delta, as a client reads it. */
export interface Answer {
  readonly hash: string;
  readonly instances: readonly ShownInstance[];
  /** Instances that stand in an application of another name. */
  readonly misplaced: readonly string[];
}

export function parseAnswer(text: string): Answer {
  const { applications } = JSON.parse(text) as {
    readonly applications: {
      readonly apps__hashcode: string;
      readonly application: readonly { readonly name: string; readonly instance: readonly ShownInstance[] }[];
    };
  };
  return {
    hash: applications.apps__hashcode,
    instances: applications.application.flatMap(({ instance }) => instance),
    misplaced: applications.application.flatMap(({ name, instance }) =>
      instance.filter(({ app }) => app !== name).map((each) => `${keyOf(each)} in ${name}`),
    ),
  };
}

/** What is wrong with a full answer or a delta by itself, in words. */
export function oddities({ instances, misplaced }: Answer, what: 'full' | 'delta'): readonly string[] {
  const keys = instances.map(keyOf);
  const twice = new Set(keys.filter((key, at) => keys.indexOf(key) !== at));
  const gone = instances.filter(({ actionType }) => what === 'full' && actionType === 'DELETED');
  return [
    ...Array.from(twice, (key) => `${key} is listed twice`),
    ...gone.map((each) => `${keyOf(each)} is DELETED in a full answer`),
    ...misplaced.map((each) => `${each}, which is another application`),
  ];
}

/** The view of a client: a full answer, then deltas. */
export class ClientView {
  readonly #instances = new Map<string, ShownInstance>();

  constructor(full: Answer) {
    for (const instance of full.instances) this.#instances.set(keyOf(instance), instance);
  }

  apply({ instances }: Answer): void {
    for (const instance of instances)
      if (instance.actionType === 'DELETED') this.#instances.delete(keyOf(instance));
      else this.#instances.set(keyOf(instance), instance);
  }

  get hash(): string {
    const counts = new Map<string, number>();
    for (const { status } of this.#instances.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
    return Array.from(counts, ([status, count]) => `${status}_${count}_`)
      .toSorted()
      .join('');
  }

  get shown(): ReadonlyMap<string, Entry> {
    return new Map(
      Array.from(this.#instances, ([key, instance]) => [
        key,
        { address: addressIn(instance), statuses: [instance.status] },
      ]),
    );
  }
}

export function addressOf(host: string, ip: string, port: number): string {
  return `${host}/${ip}:${port}`;
}

/** Where an entry leads its callers, and what of it does not go with that: no entry of the tests has such. */
function addressIn(instance: ShownInstance): string {
  const { hostName, ipAddr, port, app, vipAddress } = instance;
  const vip = app.toLowerCase();
  const page = (url: string): string => URL.parse(url)?.host ?? url;
  const here = page(`http://${hostName}:${port.$}`);
  const compared: readonly (readonly [what: string, is: string, expected: string])[] = [
    ['port', shownPort(port), `${port.$} true`],
    ['secure port', shownPort(instance.securePort), '443 false'],
    ['vip', vipAddress, vip],
    ['secure vip', instance.secureVipAddress, vip],
    ['overridden', instance.overriddenStatus, 'UNKNOWN'],
    ['home page', page(instance.homePageUrl), here],
    ['status page', page(instance.statusPageUrl), here],
    ['health check', page(instance.healthCheckUrl), here],
  ];
  const odd = compared.filter(([, is, expected]) => is !== expected).map(([what, is]) => `, ${what} ${is}`);
  return addressOf(hostName, ipAddr, port.$) + odd.join('');
}

function shownPort(port: ShownPort): string {
  return `${port.$} ${port['@enabled']}`;
}

function keyOf({ app, instanceId }: ShownInstance): string {
  return `${app}/${instanceId}`;
}
