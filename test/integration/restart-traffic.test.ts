import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { serveProcess, type ServedProcess } from '../support/served-process.ts';
import { until } from '../testbed/until.ts';

test('a restart with a registry file while the traffic cannot be read: the last valid share stays', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'restart-traffic-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (let n = 0; n < 6; n++) eureka.registry.register(registration('CAROL', `c-${n}`));
  const manifests = join(directory, 'manifests');
  mkdirSync(manifests);
  const write = (traffic: string): void => {
    const annotations = { 'eurek8s.io/traffic': traffic };
    for (const [n, object] of [
      rawIngress('carol', { annotations }),
      rawService('carol'),
      rawEndpointSlice('carol-x', 'carol', 4),
    ].entries())
      writeFileSync(join(manifests, `${n}.json`), JSON.stringify(object));
  };
  const config = {
    legacy: { urls: [eureka.url], pollInterval: '100ms' },
    manifests: [{ name: 'local', directory: manifests }],
    snapshot: { file: join(directory, 'registry') },
  };
  const derived = async (served: ServedProcess): Promise<number> => {
    const { body } = await served.get('/eureka/apps/CAROL', { accept: 'application/json' });
    return body.split('"instanceId":"eurek8s:').length - 1;
  };
  const explained = async (served: ServedProcess): Promise<string> =>
    (await served.get('/eurek8s/explain/CAROL', { accept: 'application/json' })).body;

  write('25%');
  const first = await serveProcess(t, directory, config);
  await first.ready();
  await until('two of eight are derived', async () => (await derived(first)) === 2);
  write('a quarter');
  await until('it is refused', async () => (await explained(first)).includes('bad-annotation'));
  assert.equal(await derived(first), 2);
  assert.equal(await first.end('SIGTERM'), 0);

  const second = await serveProcess(t, directory, config);
  await second.ready();
  assert.equal(await derived(second), 2, 'before the directory was read');
  await until('the directory is read', async () =>
    (await second.sources()).sources.every(({ restored, state }) => restored === undefined && state === 'synced'),
  );
  assert.equal(await derived(second), 2, 'and afterwards');
  assert.match(await explained(second), /bad-annotation/);
  write('50%');
  await until('what can be read counts', async () => (await derived(second)) === 6);
});
