import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundledPackages, type BundledPackage } from '../../../package/bundled.ts';
import { licenceList, licenceProblems } from '../../../package/licences.ts';
import { sbomOfBundle } from '../../../package/sbom.ts';

const one: BundledPackage = {
  path: 'node_modules/one',
  name: 'one',
  version: '1.0.0',
  licence: 'MIT',
  texts: [{ file: 'LICENSE', text: 'Copyright One\r\n' }],
};

test('the packages of a bundle are those with a file in it, the inner one where one is in another', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'eurek8s-bundled-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const outer = 'node_modules/@scope/outer';
  const inner = `${outer}/node_modules/inner`;
  for (const [path, name] of [
    [outer, '@scope/outer'],
    [inner, 'inner'],
  ] as const) {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), JSON.stringify({ name, version: '1.2.3', license: 'ISC' }));
    writeFileSync(join(root, path, 'NOTICE.txt'), name);
  }
  const inputs = { 'server/main.ts': {}, [`${inner}/a.js`]: {}, [`${inner}/b/c.js`]: {}, [`${outer}/a.js`]: {} };
  assert.deepEqual(bundledPackages({ outputs: { 'out.cjs': { inputs }, 'out.cjs.map': { inputs: {} } } }, root), [
    {
      path: outer,
      name: '@scope/outer',
      version: '1.2.3',
      licence: 'ISC',
      texts: [{ file: 'NOTICE.txt', text: '@scope/outer' }],
    },
    { path: inner, name: 'inner', version: '1.2.3', licence: 'ISC', texts: [{ file: 'NOTICE.txt', text: 'inner' }] },
  ]);
});

test('a licence that is not allowed, or none, is a problem', () => {
  assert.deepEqual(licenceProblems([one]), []);
  assert.match(
    licenceProblems([{ ...one, licence: 'GPL-3.0-only' }])[0] ?? '',
    /^node_modules\/one is under GPL-3\.0-only/,
  );
  assert.match(licenceProblems([{ ...one, licence: undefined }])[0] ?? '', /states no licence/);
  assert.match(licenceProblems([{ ...one, licence: 'MIT OR GPL-3.0-only' }])[0] ?? '', /is under MIT OR GPL/);
});

test('the list has the texts of a package, or says that it comes without', () => {
  const list = licenceList([one, { ...one, name: 'two', texts: [] }]);
  assert.match(list, /one 1\.0\.0 \(MIT\)\n-+\n\nCopyright One\n/);
  assert.match(list, /two 1\.0\.0 \(MIT\)\n-+\n\nIt comes without a text; its package\.json says MIT\.\n/);
});

const component = (name: string, version = '1.0.0') => ({ 'bom-ref': `${name}@${version}`, name, version });
const ofNpm = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: 'urn:uuid:random',
  metadata: { timestamp: 'now', component: component('folder') },
  components: [component('one'), component('one', '2.0.0'), component('unused')],
  dependencies: [{ ref: 'folder@1.0.0', dependsOn: ['one@1.0.0', 'unused@1.0.0'] }, { ref: 'unused@1.0.0' }],
};

test('the SBOM has what is bundled and no more, and nothing of the time or the machine', () => {
  const sbom = sbomOfBundle(ofNpm, [one]);
  assert.deepEqual(sbom.components, [component('one')]);
  assert.deepEqual(sbom.dependencies, [{ ref: 'folder@1.0.0', dependsOn: ['one@1.0.0'] }]);
  assert.deepEqual(sbom.metadata, { component: { ...component('folder'), type: 'application', name: 'eurek8s' } });
  assert.match(sbom.serialNumber ?? '', /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  const later = { ...ofNpm, serialNumber: 'other', metadata: { ...ofNpm.metadata, timestamp: 'later' } };
  assert.deepEqual(sbomOfBundle(later, [one]), sbom);
});

test('a bundled package that npm does not know is an error', () => {
  assert.throws(() => sbomOfBundle(ofNpm, [one, { ...one, name: 'three' }]), /of 2 bundled packages npm knows 1/);
});
