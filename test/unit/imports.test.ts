import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';
import { FOLDERS, type Folder } from '../support/architecture.ts';
import { architectureDocument, architectureFile } from '../support/architecture-document.ts';

const BENCH: Folder = {
  folder: 'bench',
  what: 'the benchmark',
  imports: ['bench/*', 'shared/*', 'test/testbed/*', 'test/support/*'],
  packages: [],
  node: 'all',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = globSync('{shared,server}/**/*.ts').map((file) => file.split(sep).join('/'));
const imports = files.flatMap((from) => importsOf(from).map((to): Import => ({ from, to })));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ];
  return found.map(([, a, b, c]) => {
    const target = a ?? b ?? c ?? '';
    return target.startsWith('.')
      ? normalize(join(dirname(file), target))
          .split(sep)
          .join('/')
      : target;
  });
}

/** The row of the folder that a file stands in; folders below a row's without one of their own belong to it. */
function rowOf(file: string): Folder | undefined {
  if (file.startsWith('bench/')) return BENCH;
  const rows = FOLDERS.filter(
    ({ folder }) => file.startsWith(`${folder}/`) && (hasRowsBelow(folder) ? dirname(file) === folder : true),
  );
  return rows.toSorted((a, b) => b.folder.length - a.folder.length)[0];
}

function hasRowsBelow(folder: string): boolean {
  return FOLDERS.some((row) => row.folder.startsWith(`${folder}/`));
}

function allowed({ from, to }: Import): boolean {
  const row = rowOf(from);
  if (row === undefined) return false;
  if (isBuiltin(to)) return row.node === 'all' || row.node.includes(to);
  if (!to.endsWith('.ts') && !to.endsWith('.json'))
    return row.packages.some((name) => to === name || to.startsWith(`${name}/`));
  if (to === 'package.json') return from === 'server/main.ts';
  const target = rowOf(to)?.folder ?? dirname(to);
  return (
    target === row.folder ||
    row.imports.some((each) => (each.endsWith('/*') ? to.startsWith(each.slice(0, -1)) : each === target))
  );
}

test('the walk sees the code: the known import of the hub is found', () => {
  assert.ok(imports.some(({ from, to }) => from === 'server/hub/merging.ts' && to === 'shared/registry/merge.ts'));
});

test('every folder imports only what the table of the architecture allows', () => {
  assert.deepEqual(
    imports.filter((each) => !allowed(each)),
    [],
  );
});

test('the table names the folders that are there, and no other', () => {
  const there = new Set(files.map((file) => rowOf(file)?.folder ?? dirname(file)));
  assert.deepEqual(FOLDERS.map(({ folder }) => folder).toSorted(), [...there].toSorted());
});

test('the table names no import that is not used', () => {
  const unused = FOLDERS.flatMap((row) => {
    const own = imports.filter(({ from }) => rowOf(from)?.folder === row.folder).map(({ to }) => to);
    const named = row.imports.filter((each) => !each.endsWith('/*') && !own.some((to) => rowOf(to)?.folder === each));
    const packages = row.packages.filter((name) => !own.some((to) => to === name || to.startsWith(`${name}/`)));
    return [...named, ...packages].map((each) => `${row.folder} → ${each}`);
  });
  assert.deepEqual(unused, []);
});

test('docs/architecture.md shows the table as it is; `npm run docs` writes it', async () => {
  assert.equal(readFileSync(architectureFile, 'utf8'), await architectureDocument());
});

test('no folder imports, over others, a folder that imports it', () => {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [source, target] = [rowOf(from)?.folder, rowOf(to)?.folder];
    if (source === undefined || target === undefined || source === target) continue;
    edges.set(source, (edges.get(source) ?? new Set()).add(target));
  }
  assertNoCycle(edges);
});

test('no file imports, over others, a file that imports it', () => {
  assertNoCycle(new Map(files.map((file) => [file, new Set(importsOf(file).filter((to) => to.endsWith('.ts')))])));
});

test('a cycle would be found', () => {
  assert.throws(
    () =>
      assertNoCycle(
        new Map([
          ['a', new Set(['b'])],
          ['b', new Set(['a'])],
        ]),
      ),
    /a → b → a/,
  );
});

test('the benchmark measures the product as it is built: it stands on the test bed and imports nothing of the server', () => {
  const found = globSync('bench/**/*.ts').flatMap((file) => {
    const from = file.split(sep).join('/');
    return importsOf(from).map((to): Import => ({ from, to }));
  });
  assert.ok(found.some(({ to }) => to === 'test/testbed/process.ts'));
  assert.deepEqual(
    found.filter((each) => !allowed(each)),
    [],
  );
});

test('the chaos run and its judge share no code with the product, not even over others', () => {
  const reached = new Set(globSync('test/chaos/**/*.ts').map((file) => file.split(sep).join('/')));
  assert.ok(reached.has('test/chaos/judge.ts'));
  for (const file of reached) for (const to of importsOf(file)) if (to.endsWith('.ts')) reached.add(to);
  assert.ok(reached.has('test/testbed/process.ts'), 'the walk goes on');
  assert.deepEqual(
    [...reached].filter((file) => /^(shared|server)\//.test(file)),
    [],
  );
});

test('the product knows neither tests nor benchmarks', () => {
  assert.deepEqual(
    imports.filter(({ to }) => /^(test|bench)\//.test(to)),
    [],
  );
});

test('a forbidden import would be found', () => {
  assert.equal(allowed({ from: 'shared/model/x.ts', to: 'node:fs' }), false);
  assert.equal(allowed({ from: 'shared/ingress/x.ts', to: 'shared/registry/merge.ts' }), false);
  assert.equal(allowed({ from: 'server/sources/legacy/x.ts', to: 'server/sources/kubernetes/y.ts' }), false);
  assert.equal(allowed({ from: 'server/hub/x.ts', to: 'fastify' }), false);
  assert.equal(allowed({ from: 'server/new/x.ts', to: 'shared/result.ts' }), false);
});

test('only main.ts wires, and only main.ts reads the process', () => {
  const wires = imports.filter(({ to }) => to === 'server/wiring/server.ts').map(({ from }) => from);
  assert.deepEqual(
    wires.filter((from) => from !== 'server/main.ts'),
    [],
  );
  const readers = files.filter((file) =>
    /\bprocess\.(env|argv|exit|on|pid|stdout|stderr)\b/.test(readFileSync(file, 'utf8')),
  );
  assert.deepEqual(
    readers.filter((file) => file !== 'server/main.ts'),
    [],
  );
});

test('time and chance come in as parameters', () => {
  const users = files.filter((file) =>
    /\bDate\.now\(|\bMath\.random\(|performance\.now\(/.test(readFileSync(file, 'utf8')),
  );
  const edges = ['server/main.ts', 'server/system/steady-clock.ts', 'server/system/time-slices.ts'];
  assert.deepEqual(
    users.filter((file) => !edges.includes(file)),
    [],
  );
});

function assertNoCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): void {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    if (done.has(node)) return;
    assert.ok(!path.includes(node), `cycle: ${[...path.slice(path.indexOf(node)), node].join(' → ')}`);
    for (const next of edges.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of edges.keys()) visit(node, []);
}
