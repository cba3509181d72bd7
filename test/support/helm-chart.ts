import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { buildKubernetes } from '../testbed/kubernetes/build.ts';
import { run } from '../testbed/process.ts';

export const CHART = join(import.meta.dirname, '..', '..', 'helm', 'eurek8s');
const GOLDENS = join(import.meta.dirname, '..', 'golden', 'helm');
export const RELEASE = 'eurek8s';
export const NAMESPACE = 'platform';

/** Names of the golden cases: `case.values.yaml` → `case.out.yaml`. */
export const chartCases: readonly string[] = globSync('*.values.yaml', { cwd: GOLDENS })
  .map((file) => basename(file, '.values.yaml'))
  .toSorted();

export const valuesFile = (name: string): string => join(GOLDENS, `${name}.values.yaml`);
export const outputFile = (name: string): string => join(GOLDENS, `${name}.out.yaml`);
export const goldenOutput = (name: string): string => readFileSync(outputFile(name), 'utf8');

/** Words for `helm` that render the chart as it would be installed. */
export const templateWords = (...values: readonly string[]): readonly string[] => [
  'template',
  RELEASE,
  CHART,
  '--namespace',
  NAMESPACE,
  ...values,
];

/** Runs `helm` without a cluster, a kubeconfig or the settings of the person who runs the tests. */
export async function runHelm(words: readonly string[]): Promise<string> {
  const { helm } = await buildKubernetes((line) => console.error(line));
  const home = mkdtempSync(join(tmpdir(), 'eurek8s-helm-home-'));
  try {
    return await run(helm, words, { env: { ...process.env, HOME: home, KUBECONFIG: '' }, answer: 'stdout' });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export interface ChartObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

/** The objects of a rendered chart. A key that is twice in one mapping is an error, though not to `helm`. */
export function chartObjects(rendered: string): readonly ChartObject[] {
  return parseAllDocuments(rendered, { strict: true, uniqueKeys: true }).flatMap((document) => {
    assert.deepEqual([...document.errors, ...document.warnings], []);
    return (document.toJS() as ChartObject | null) ?? [];
  });
}

/** The text of the configuration file that the chart gives to its Pods. */
export function renderedConfigText(rendered: string): string {
  const text = chartObjects(rendered).find(({ kind }) => kind === 'ConfigMap')?.data?.['eurek8s.yaml'];
  assert.ok(text !== undefined, 'a ConfigMap with eurek8s.yaml');
  return text;
}

/** The same configuration for a process outside of any Pod: with a kubeconfig, another listener, and no volume. */
export function configOutsidePod(rendered: string, kubeconfig: string): Readonly<Record<string, unknown>> {
  const { listen: _, snapshot, ...config } = parse(renderedConfigText(rendered)) as Readonly<Record<string, unknown>>;
  assert.deepEqual(config['clusters'], [{ inCluster: true, name: 'main' }]);
  assert.deepEqual(snapshot, { file: '/var/lib/eurek8s/registry' });
  return { ...config, clusters: [{ name: 'main', kubeconfig }] };
}
