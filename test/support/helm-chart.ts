import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const CHART = join(import.meta.dirname, '..', '..', 'helm', 'eurek8s');
export const GOLDENS = join(import.meta.dirname, '..', 'golden', 'helm');
export const RELEASE = 'eurek8s';
export const NAMESPACE = 'platform';

/** Names of the golden cases: `case.values.yaml` → `case.out.yaml`. */
export const chartCases: readonly string[] = globSync('*.values.yaml', { cwd: GOLDENS })
  .map((file) => basename(file, '.values.yaml'))
  .toSorted();

export const valuesFile = (name: string): string => join(GOLDENS, `${name}.values.yaml`);
export const outputFile = (name: string): string => join(GOLDENS, `${name}.out.yaml`);
export const goldenOutput = (name: string): string => readFileSync(outputFile(name), 'utf8');

/** Words for `helm`: the chart as text, as it would be installed. */
export const templateWords = (...values: readonly string[]): readonly string[] => [
  'template',
  RELEASE,
  CHART,
  '--namespace',
  NAMESPACE,
  ...values,
];

export interface ChartObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
}

export function chartObjects(rendered: string): readonly ChartObject[] {
  return parseAllDocuments(rendered).flatMap((document) => (document.toJS() as ChartObject | null) ?? []);
}

/** The text of the configuration file that the chart gives to its Pods. */
export function renderedConfigText(rendered: string): string {
  const text = chartObjects(rendered).find(({ kind }) => kind === 'ConfigMap')?.data?.['eurek8s.yaml'];
  assert.ok(text !== undefined, 'a ConfigMap with eurek8s.yaml');
  return text;
}

/** The same, for a process outside of any Pod: the cluster by a kubeconfig, and a listener of its own. */
export function configOutsidePod(rendered: string, kubeconfig: string): Readonly<Record<string, unknown>> {
  const { listen: _, ...config } = parse(renderedConfigText(rendered)) as Readonly<Record<string, unknown>>;
  assert.deepEqual(config['clusters'], [{ inCluster: true, name: 'main' }]);
  return { ...config, clusters: [{ name: 'main', kubeconfig }] };
}
