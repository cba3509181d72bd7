import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { OptionKey } from '../../../server/config/options.ts';
import { FakeKubernetes } from '../fake-kubernetes.ts';
import { httpRequest, type HttpAnswer, type HttpQuestion } from '../http-request.ts';
import { serveForTest } from '../running-server.ts';
import { endpointSlice, ingress, service } from './objects.ts';

export interface ShownHold {
  readonly id: string;
  readonly source: string;
  readonly what: string;
  readonly instances: number;
  readonly instancesBefore: number;
  readonly applications: number;
  readonly kept: boolean;
  readonly releasesAt?: string;
}

export interface ShownEntry {
  readonly id: string;
  readonly status: string;
  readonly hold?: string;
  readonly rule: string;
  readonly notices: readonly string[];
}

/** The whole server, as people and clients see it. */
export interface Served {
  readonly url: string;
  readonly warnings: readonly string[];
  readonly ask: (path: string, question?: HttpQuestion) => Promise<HttpAnswer>;
  /** Application → statuses of its entries in the answer to clients. */
  readonly registry: () => Promise<Readonly<Record<string, readonly string[]>>>;
  readonly holds: () => Promise<readonly ShownHold[]>;
  readonly explain: (
    app: string,
  ) => Promise<{ readonly served: readonly ShownEntry[]; readonly holds: readonly object[] }>;
}

/** Starts a server with these options, and waits until it answers reads or only until it listens. */
export async function served(
  t: TestContext,
  flags: Readonly<Partial<Record<OptionKey, readonly string[]>>>,
): Promise<Served> {
  const warnings: string[] = [];
  const { url } = await serveForTest(t, {
    flags,
    log: { warn: (fields, text) => void warnings.push(`${text} ${JSON.stringify(fields)}`) },
  });
  const ask: Served['ask'] = (path, question) => httpRequest(url + path, question);
  const json = async (path: string): Promise<unknown> => {
    const { status, body } = await ask(path, { headers: { accept: 'application/json' } });
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
    return JSON.parse(body);
  };
  return {
    url,
    warnings,
    ask,
    registry: async () => {
      const { applications } = (await json('/eureka/apps')) as Answered;
      return Object.fromEntries(
        applications.application.map(({ name, instance }) => [name, instance.map((each) => each.status)]),
      );
    },
    holds: async () => ((await json('/eurek8s/holds')) as { readonly holds: readonly ShownHold[] }).holds,
    explain: async (app) => (await json(`/eurek8s/explain/${app}`)) as Awaited<ReturnType<Served['explain']>>,
  };
}

interface Answered {
  readonly applications: {
    readonly application: readonly {
      readonly name: string;
      readonly instance: readonly { readonly status: string }[];
    }[];
  };
}

/** An API server and its kubeconfig. Both end with the test. */
export async function clusterOnDisk(
  t: TestContext,
): Promise<{ readonly fake: FakeKubernetes; readonly kubeconfig: string }> {
  const fake = await FakeKubernetes.start();
  // A view without news since then is no evidence.
  fake.bookmarkEvery = 100;
  const directory = mkdtempSync(join(tmpdir(), 'cluster-'));
  const kubeconfig = join(directory, 'config');
  writeFileSync(kubeconfig, fake.kubeconfig());
  t.after(async () => {
    await fake.stop();
    rmSync(directory, { recursive: true });
  });
  return { fake, kubeconfig };
}

/** An Ingress, a Service and an EndpointSlice for each name. */
export function putApps(fake: FakeKubernetes, namespace: string, names: readonly string[]): void {
  for (const name of names)
    for (const object of [service(namespace, name), endpointSlice(namespace, name, 1), ingress(namespace, name)])
      fake.state.put(object);
}
