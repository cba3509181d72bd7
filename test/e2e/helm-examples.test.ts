import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { parse } from 'yaml';
import { runCli } from '../support/cli-process.ts';
import { CHART, chartObjects, renderedConfigText, runHelm } from '../support/helm-chart.ts';

const EXAMPLES = join(CHART, '..', 'examples');
const DESIRED_STATE = join(EXAMPLES, 'helmsman', 'desired-state.yaml');
const APPLICATION = join(EXAMPLES, 'argo-cd', 'application.yaml');

/** The keys of Helmsman's desired state that are in use: it refuses others, in silence or not. */
const HELMSMAN_KEYS = ['chart', 'enabled', 'name', 'namespace', 'timeout', 'valuesFiles', 'version', 'wait'];

interface DesiredState {
  readonly namespaces: Readonly<Record<string, object>>;
  readonly apps: Readonly<Record<string, HelmsmanApp>>;
}

interface HelmsmanApp {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly valuesFiles: readonly string[];
}

interface ArgoApplication {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly source: {
      readonly path: string;
      readonly targetRevision: string;
      readonly helm: { readonly releaseName: string; readonly valuesObject: object };
    };
    readonly destination: { readonly namespace: string };
  };
}

describe('the examples of an installation', { timeout: 1_800_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-examples-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const read = (file: string): unknown => parse(readFileSync(file, 'utf8'));
  const chart = read(join(CHART, 'Chart.yaml')) as { readonly version: string };

  async function accepted(release: string, namespace: string, files: readonly string[]): Promise<string> {
    const values = files.flatMap((file) => ['--values', file]);
    const rendered = await runHelm(['template', release, CHART, '--namespace', namespace, ...values]);
    const file = join(directory, `${namespace}.yaml`);
    writeFileSync(file, renderedConfigText(rendered));
    const { code, err } = await runCli(['serve', '--config', file, '--print-config']);
    assert.equal(code, 0, err);
    return rendered;
  }

  const { apps, namespaces } = read(DESIRED_STATE) as DesiredState;
  for (const [name, app] of Object.entries(apps))
    test(`Helmsman, ${name}: the chart of this repository, with values that it and the server accept`, async () => {
      assert.deepEqual(Object.keys(app).toSorted(), HELMSMAN_KEYS);
      assert.equal(resolve(DESIRED_STATE, '..', app.chart), resolve(CHART));
      assert.equal(app.version, chart.version);
      assert.ok(app.namespace in namespaces, 'Helmsman makes the namespace');
      const rendered = await accepted(
        app.name,
        app.namespace,
        app.valuesFiles.map((file) => join(DESIRED_STATE, '..', file)),
      );
      const objects = chartObjects(rendered);
      assert.deepEqual(
        objects.filter(({ kind, metadata }) => kind.startsWith('ClusterRole') || metadata.namespace !== app.namespace),
        [],
        'nothing of a tenant is outside its namespace',
      );
    });

  test('Helmsman: two tenants, none of which has the release, the namespaces or the applications of the other', () => {
    assert.equal(Object.keys(apps).length, 2);
    const of = (app: HelmsmanApp): readonly string[] => {
      const own = app.valuesFiles.map((file) => read(join(DESIRED_STATE, '..', file)) as { readonly config?: Tenant });
      const configs = own.flatMap(({ config }) => config ?? []);
      const watched = configs.flatMap(({ selection }) => selection?.namespaces ?? []);
      const applications = configs.flatMap((config) => Object.keys(config.applications ?? {}));
      return [`${app.namespace}/${app.name}`, ...watched.map((each) => `watches ${each}`), ...applications];
    };
    const all = Object.values(apps).flatMap(of);
    assert.deepEqual(all, [...new Set(all)]);
  });

  test('Argo CD: the chart of this repository, with values that it and the server accept', async () => {
    const { apiVersion, kind, spec } = read(APPLICATION) as ArgoApplication;
    assert.deepEqual([apiVersion, kind], ['argoproj.io/v1alpha1', 'Application']);
    const { path, targetRevision, helm } = spec.source;
    assert.equal(path, 'helm/eurek8s');
    assert.equal(targetRevision, `v${chart.version}`);
    const values = join(directory, 'argo.values.yaml');
    writeFileSync(values, JSON.stringify(helm.valuesObject));
    await accepted(helm.releaseName, spec.destination.namespace, [values]);
  });
});

interface Tenant {
  readonly selection?: { readonly namespaces?: readonly string[] };
  readonly applications?: object;
}
