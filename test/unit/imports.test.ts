import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';

/** What a folder may import; the longest matching prefix decides. Paths end without a slash, packages are plain names. */
interface Rule {
  readonly folder: string;
  readonly files: readonly string[];
  readonly packages: readonly string[];
  /** `true`: Node's own modules are allowed; a list: only these. */
  readonly node: boolean | readonly string[];
}

const RULES: readonly Rule[] = [
  { folder: 'shared', files: ['shared'], packages: [], node: false },
  { folder: 'shared/codec/xml-decode.ts', files: ['shared'], packages: ['fast-xml-parser'], node: false },
  { folder: 'server/hub', files: ['shared', 'server/hub'], packages: [], node: false },
  { folder: 'server/writes', files: ['shared', 'server/hub'], packages: [], node: false },
  { folder: 'server/encode', files: ['shared', 'server/encode'], packages: ['lru-cache'], node: ['node:zlib'] },
  { folder: 'server/derivation', files: ['shared', 'server/hub', 'server/derivation'], packages: [], node: false },
  { folder: 'server/dns', files: ['shared', 'server/hub', 'server/dns'], packages: ['cacheable-lookup'], node: true },
  {
    folder: 'server/sources/legacy',
    files: ['shared', 'server/hub', 'server/sources/legacy'],
    packages: ['undici'],
    node: true,
  },
  {
    folder: 'server/sources/leases',
    files: ['shared', 'server/hub', 'server/sources/leases'],
    packages: [],
    node: false,
  },
  {
    folder: 'server/sources/manifests',
    files: ['shared', 'server/hub', 'server/derivation', 'server/sources/manifests'],
    packages: ['yaml'],
    node: true,
  },
  {
    folder: 'server/sources/kubernetes',
    files: ['shared', 'server/hub', 'server/derivation', 'server/sources/kubernetes'],
    packages: ['@kubernetes/client-node', 'undici'],
    node: true,
  },
  {
    folder: 'server/http',
    files: ['shared', 'server/hub', 'server/encode', 'server/http'],
    packages: ['fastify'],
    node: true,
  },
  {
    folder: 'server/observe',
    files: ['shared', 'server/hub', 'server/observe'],
    packages: ['pino', '@prometheus-io/client'],
    node: true,
  },
  { folder: 'server/config', files: ['shared', 'server/config'], packages: ['typebox', 'yaml'], node: true },
  { folder: 'bench', files: ['bench', 'shared', 'test/testbed', 'test/support'], packages: [], node: true },
];

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

function ruleOf(file: string): Rule | undefined {
  return RULES.filter(({ folder }) => file === folder || file.startsWith(`${folder}/`)).toSorted(
    (a, b) => b.folder.length - a.folder.length,
  )[0];
}

function allowed({ from, to }: Import): boolean {
  const rule = ruleOf(from);
  if (rule === undefined) return true;
  if (to.endsWith('.ts')) return rule.files.some((folder) => to.startsWith(`${folder}/`));
  if (isBuiltin(to)) return typeof rule.node === 'boolean' ? rule.node : rule.node.includes(to);
  return rule.packages.some((name) => to === name || to.startsWith(`${name}/`));
}

test('the walk sees the code: the known import of the hub is found', () => {
  assert.ok(imports.some(({ from, to }) => from === 'server/hub/hub.ts' && to === 'shared/registry/merge.ts'));
});

test('the core is pure and the edges do not know one another', () => {
  assert.deepEqual(
    imports.filter((each) => !allowed(each)),
    [],
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

test('the product knows neither tests nor benchmarks', () => {
  assert.deepEqual(
    imports.filter(({ to }) => /^(test|bench)\//.test(to)),
    [],
  );
});

test('a forbidden import would be found', () => {
  assert.equal(allowed({ from: 'shared/model/x.ts', to: 'node:fs' }), false);
  assert.equal(allowed({ from: 'server/sources/legacy/x.ts', to: 'server/sources/kubernetes/y.ts' }), false);
  assert.equal(allowed({ from: 'server/hub/x.ts', to: 'fastify' }), false);
});

test('only main.ts wires, and only main.ts reads the process', () => {
  const wires = imports.filter(({ to }) => to === 'server/wire.ts').map(({ from }) => from);
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
  assert.deepEqual(
    users.filter((file) => !['server/main.ts', 'server/system-pace.ts'].includes(file)),
    [],
  );
});

test('there are no import cycles', () => {
  const edges = new Map(files.map((file) => [file, importsOf(file).filter((to) => to.endsWith('.ts'))]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (done.has(file)) return;
    assert.ok(!path.includes(file), `cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
});
