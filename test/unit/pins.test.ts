import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { chartSchema, chartSchemaFile } from '../support/chart-schema.ts';
import { parseDockerfile } from '../support/dockerfile.ts';

const root = join(import.meta.dirname, '..', '..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const { dependencies, devDependencies, optionalDependencies, engines, scripts, version } = packageJson;
const all: Readonly<Record<string, string>> = { ...dependencies, ...devDependencies, ...optionalDependencies };

interface Lock {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

test('development, image and bundle are for one version of Node', () => {
  const pins = new Set(Object.values(optionalDependencies));
  assert.equal(Object.keys(optionalDependencies).length, 5);
  assert.equal(pins.size, 1, 'five packages of the same Node');
  const [node = ''] = pins;
  const major = node.split('.')[0];
  assert.equal(engines.node, `>=${node} <${Number(major) + 1}`);
  assert.match(scripts.build, new RegExp(`--target=node${major}(\\s|$)`));
  assert.equal(devDependencies['@types/node'].split('.')[0], major);
  const stages = parseDockerfile(text('Dockerfile'));
  assert.ok(stages.length > 1);
  for (const { image } of stages) assert.match(image, new RegExp(`^node:${node.replaceAll('.', '\\.')}-`));
});

test('chart and image are of the version of the package', () => {
  assert.match(text('Dockerfile'), new RegExp(`image\\.version="${version.replaceAll('.', '\\.')}"`));
  const chart = parse(text('helm/eurek8s/Chart.yaml')) as { readonly version: string; readonly appVersion: string };
  assert.deepEqual(chart, { ...chart, version, appVersion: version });
});

test('the chart knows the options of the program (npm run docs writes its schema)', async () => {
  assert.equal(readFileSync(chartSchemaFile, 'utf8'), await chartSchema());
});

test('every dependency is pinned exactly, also in the lock file', () => {
  for (const [name, wanted] of Object.entries(all)) assert.match(wanted, /^\d+\.\d+\.\d+$/, name);
  const { packages } = JSON.parse(text('package-lock.json')) as Lock;
  const own = packages['']!;
  assert.deepEqual(
    [own['dependencies'], own['devDependencies'], own['optionalDependencies'], own['version']],
    [dependencies, devDependencies, optionalDependencies, version],
  );
  for (const [name, wanted] of Object.entries(all)) assert.equal(packages[`node_modules/${name}`]?.['version'], wanted);
});

test('the lock file names no address to download from, and a checksum for each package', () => {
  const { packages } = JSON.parse(text('package-lock.json')) as Lock;
  assert.doesNotMatch(text('package-lock.json'), /"resolved"/);
  const unchecked = Object.entries(packages).filter(([path, each]) => path !== '' && each['integrity'] === undefined);
  // Optional packages of other platforms may have been added by hand, without one.
  assert.deepEqual(
    unchecked.filter(([, each]) => each['optional'] !== true).map(([path]) => path),
    [],
  );
});

test('every dependency has its reason in docs/dependencies.md, and every reason a dependency', () => {
  const rows = text('docs/dependencies.md').matchAll(/^\| (`[^|]+) \|/gm);
  const told = [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  const pattern = (name: string): RegExp => new RegExp(`^${name.replaceAll('*', '.*')}$`);
  const names = Object.keys(all);
  const untold = names.filter((name) => !told.includes(name) && !(name in optionalDependencies));
  assert.deepEqual(untold, []);
  for (const row of told)
    assert.ok(
      names.some((name) => pattern(row).test(name)),
      `${row} is no dependency`,
    );
  for (const name of Object.keys(optionalDependencies))
    assert.ok(
      told.some((row) => pattern(row).test(name.replace(/^node-bin-/, 'node-'))),
      name,
    );
});
