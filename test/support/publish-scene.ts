import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../server/ports/log.ts';
import type { RunningServer } from '../../server/ports/running-server.ts';
import type { SourcesReport } from '../../shared/api/sources.ts';
import type { Explanation } from '../../shared/api/explain.ts';
import { until } from '../testbed/until.ts';
import { rawEndpointSlice, rawIngress, rawService } from './cluster-objects.ts';
import type { GivenConfig } from './config.ts';
import { FakeEureka } from './fake-eureka.ts';
import type { InstanceJson } from './fake-eureka-registry.ts';
import { serveForTest, type Ending } from './running-server.ts';

/** A directory of manifests, with what is deployed in it. */
export class Deployments {
  readonly directory = mkdtempSync(join(tmpdir(), 'eurek8s-publish-'));

  deploy(name: string, ready = 1, annotations: Readonly<Record<string, string>> = {}): void {
    this.#write(name, objectsOf(name, ready, annotations));
  }

  /** All in one file, which goes at once. */
  deployTogether(file: string, names: readonly string[], annotations: Readonly<Record<string, string>> = {}): void {
    this.#write(
      file,
      names.flatMap((name) => objectsOf(name, 1, annotations)),
    );
  }

  withdraw(name: string): void {
    rmSync(join(this.directory, `${name}.yaml`));
  }

  /** JSON is YAML too. */
  #write(name: string, objects: readonly object[]): void {
    writeFileSync(join(this.directory, `${name}.yaml`), objects.map((each) => JSON.stringify(each)).join('\n---\n'));
  }
}

function objectsOf(name: string, ready: number, annotations: Readonly<Record<string, string>>): readonly object[] {
  return [rawIngress(name, { annotations }), rawService(name), rawEndpointSlice(`${name}-1`, name, ready)];
}

export interface Publishing {
  readonly server: RunningServer;
  readonly explain: (app: string) => Promise<Explanation>;
  readonly text: (path: string) => Promise<string>;
  readonly detail: () => Promise<Readonly<Record<string, unknown>>>;
  readonly stop: () => Promise<void>;
}

/** Eurek8s with these manifests, publishing into these servers. It stops with the test at the latest. */
export async function publishing(
  t: Ending,
  deployments: Deployments,
  urls: readonly string[],
  flags: GivenConfig['flags'] = {},
  log: Partial<Log> = {},
): Promise<Publishing> {
  const server = await serveForTest(t, {
    flags: {
      'leases.enabled': ['false'],
      'legacy.urls': urls,
      'legacy.publish': ['true'],
      'legacy.pollInterval': ['200ms'],
      manifests: [JSON.stringify([{ name: 'local', directory: deployments.directory }])],
      ...flags,
    },
    log,
  });
  const text = async (path: string): Promise<string> =>
    (await fetch(server.url + path, { headers: { accept: 'text/plain' } })).text();
  const json = async (path: string): Promise<unknown> =>
    (await fetch(server.url + path, { headers: { accept: 'application/json' } })).json();
  await until('reads are answered', async () => (await fetch(`${server.url}/readyz`)).status === 200);
  return {
    server,
    text,
    explain: async (app) => (await json(`/eurek8s/explain/${app}`)) as Explanation,
    detail: async () => ((await json('/eurek8s/sources')) as SourcesReport).sources[0]?.detail ?? {},
    stop: () => server.stop(),
  };
}

/** A legacy with one real instance: without any, its list has to be confirmed first. */
export async function startLegacy(t: Ending): Promise<FakeEureka> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  return eureka;
}

/** The instances of an application at the legacy. */
export function atLegacy({ registry }: FakeEureka, app: string): readonly InstanceJson[] {
  return registry.full().applications.find(({ name }) => name === app)?.instance ?? [];
}

/** Requests for published entries so far, by method. */
export function sentTo({ requests }: FakeEureka, method: string): number {
  return requests.filter((each) => each.method === method && decodeURIComponent(each.url).includes('eurek8s:')).length;
}

/** Registrations of published entries so far. */
export function registrationsAt({ requests }: FakeEureka): number {
  return requests.filter(({ method, body }) => method === 'POST' && body.includes('eurek8s:')).length;
}
