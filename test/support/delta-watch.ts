import { setTimeout as sleep } from 'node:timers/promises';
import { httpRequest } from './http-request.ts';

interface DeltaItem {
  readonly instanceId: string;
  readonly actionType: string;
  readonly lastUpdatedTimestamp: string;
}

/** Follows what a server tells its clients of changes, several times a second. */
export class DeltaWatch {
  readonly #url: string;
  readonly #only: (id: string) => boolean;
  readonly #seen = new Set<string>();
  #isOn = true;
  readonly #running: Promise<void>;

  constructor(eurekaUrl: string, only: (id: string) => boolean) {
    this.#url = `${eurekaUrl}/apps/delta`;
    this.#only = only;
    this.#running = this.#follow();
  }

  /** The changes so far, as `ADDED id`, in no order. */
  get changes(): readonly string[] {
    return [...this.#seen].map((each) => each.split('\t').slice(0, 2).join(' '));
  }

  async stop(): Promise<void> {
    this.#isOn = false;
    await this.#running;
  }

  async #follow(): Promise<void> {
    while (this.#isOn) {
      for (const { actionType, instanceId, lastUpdatedTimestamp } of await this.#read())
        if (this.#only(instanceId)) this.#seen.add(`${actionType}\t${instanceId}\t${lastUpdatedTimestamp}`);
      await sleep(150);
    }
  }

  /** Nothing while the server does not answer. */
  async #read(): Promise<readonly DeltaItem[]> {
    try {
      const { status, body } = await httpRequest(this.#url, { headers: { accept: 'application/json' } });
      if (status !== 200) return [];
      const { applications } = JSON.parse(body) as {
        readonly applications: { readonly application: readonly { readonly instance: readonly DeltaItem[] }[] };
      };
      return applications.application.flatMap(({ instance }) => instance);
    } catch {
      return [];
    }
  }
}
