import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { FakeKubernetes, type Transport } from '../support/fake-kubernetes.ts';
import { endpointSlice, ingress, service } from '../support/fake-kubernetes/objects.ts';
import { serveProcess, type ServedProcess } from '../support/served-process.ts';
import { until } from '../testbed/until.ts';
import { Judge } from './judge.ts';
import { publishedEntry } from './manifests.ts';
import { PATIENCE } from './row.ts';
import { Truth, type Entry } from './truth.ts';

const NAMESPACE = 'shop';
const ADDRESS = '10.1.2.3';
/** One of five is no removal that a guard holds. */
const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin'];
/** Milliseconds. An answer has the entries of all clusters. */
const JUDGED_EVERY = 500;

/** An API server of the tests, whose applications begin with its name. */
export class TriedCluster {
  readonly name: string;
  readonly fake: FakeKubernetes;
  readonly directory: string;
  readonly kubeconfig: string;

  private constructor(name: string, fake: FakeKubernetes, directory: string) {
    this.name = name;
    this.fake = fake;
    this.directory = directory;
    this.kubeconfig = join(directory, 'kubeconfig');
  }

  static async start(name: string, transport: Transport, parent: string): Promise<TriedCluster> {
    const directory = join(parent, name);
    mkdirSync(directory);
    const cluster = new TriedCluster(name, await FakeKubernetes.start(transport), directory);
    cluster.rotateToken('first');
    cluster.fake.token = 'first';
    writeFileSync(cluster.kubeconfig, cluster.fake.kubeconfig({ tokenFile: 'token' }));
    for (const each of NAMES) cluster.put(each);
    return cluster;
  }

  rotateToken(token: string): void {
    writeFileSync(this.tokenFile, token);
  }

  get tokenFile(): string {
    return join(this.directory, 'token');
  }

  /** The objects of an application. */
  put(name: string): void {
    const named = this.#named(name);
    for (const object of [service(NAMESPACE, named), endpointSlice(NAMESPACE, named, 1), ingress(NAMESPACE, named)])
      this.fake.state.put(object);
  }

  delete(name: string): void {
    this.fake.state.delete('Ingress', NAMESPACE, this.#named(name));
  }

  entry(name: string): readonly [key: string, entry: Entry] {
    return publishedEntry(this.name, NAMESPACE, this.#named(name), ADDRESS);
  }

  get entries(): readonly (readonly [key: string, entry: Entry])[] {
    return NAMES.map((name) => this.entry(name));
  }

  /** What it was asked so far. */
  get requests(): number {
    return this.fake.calls.length + this.fake.discoveries;
  }

  #named(name: string): string {
    return `${this.name}-${name}`;
  }
}

/** Many API servers, one `eurek8s serve` that follows them all, and one judge of its answers. */
export interface ManyClusters {
  readonly clusters: ReadonlyMap<string, TriedCluster>;
  readonly served: ServedProcess;
  readonly truth: Truth;
  readonly judge: Judge;
  readonly stop: () => Promise<void>;
}

export async function startManyClusters(plans: ReadonlyMap<string, Transport>): Promise<ManyClusters> {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-clusters-'));
  const clusters = new Map<string, TriedCluster>();
  for (const [name, transport] of plans) clusters.set(name, await TriedCluster.start(name, transport, directory));
  const ends: (() => unknown)[] = [];
  const after: TestContext['after'] = (end) => void (end !== undefined && ends.push(end as () => unknown));
  const config = {
    clusters: Array.from(clusters.values(), ({ name, kubeconfig }) => ({ name, kubeconfig })),
    addresses: { traefik: [ADDRESS] },
    guards: { grace: '1h' },
  };
  const served = await serveProcess({ after }, directory, config);
  await served.ready();
  const truth = new Truth([...clusters.values()].flatMap(({ entries }) => entries));
  const isWhole = async (): Promise<boolean> => {
    const { body } = await served.get('/eureka/apps', { accept: 'application/json' });
    return body.split('"status":"UP"').length - 1 === truth.facts.must.size;
  };
  await until('all are UP', isWhole, PATIENCE);
  const judge = new Judge({ url: served.url, truth, everyMs: JUDGED_EVERY });
  return {
    clusters,
    served,
    truth,
    judge,
    stop: async () => {
      await judge.stop();
      // While the process follows them: connections that a killed process has left half open cannot be reset any more.
      await Promise.all(Array.from(clusters.values(), ({ fake }) => fake.stop()));
      for (const end of ends) end();
      await served.ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
