import { startSampleService, type SampleService } from './sample-service.ts';

/** The Pods behind the router: one of each Service that is called, those of manifests written by hand too. */
export class Pods {
  readonly #running = new Map<string, Promise<SampleService>>();

  /** The port on loopback. */
  async portOf(service: string): Promise<number> {
    const starting = this.#running.get(service) ?? startSampleService(`${service}-pod`, 'Kubernetes');
    this.#running.set(service, starting);
    return (await starting).port;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(async (starting) => (await starting).stop()));
  }
}
