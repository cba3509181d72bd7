import type { Entry } from './truth.ts';

interface ShownInstance {
  readonly instanceId: string;
  readonly app: string;
  readonly hostName: string;
  readonly ipAddr: string;
  readonly status: string;
  readonly port: { readonly $: number };
  readonly actionType?: string;
}

/** A full answer or a delta, as a client reads it. */
export interface Answer {
  readonly hash: string;
  readonly instances: readonly ShownInstance[];
}

export function parseAnswer(text: string): Answer {
  const { applications } = JSON.parse(text) as {
    readonly applications: {
      readonly apps__hashcode: string;
      readonly application: readonly { readonly instance: readonly ShownInstance[] }[];
    };
  };
  return {
    hash: applications.apps__hashcode,
    instances: applications.application.flatMap(({ instance }) => instance),
  };
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
      Array.from(this.#instances, ([key, { hostName, ipAddr, port, status }]) => [
        key,
        { address: addressOf(hostName, ipAddr, port.$), statuses: [status] },
      ]),
    );
  }
}

export function addressOf(host: string, ip: string, port: number): string {
  return `${host}/${ip}:${port}`;
}

function keyOf({ app, instanceId }: ShownInstance): string {
  return `${app}/${instanceId}`;
}
