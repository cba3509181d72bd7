import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { runProgram } from '../../server/cli/program.ts';
import type { WhatIf } from '../../shared/whatif/whatif.ts';
import { endAfterAll } from '../support/end-after-all.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveUnsynced } from '../support/running-server.ts';
import { testShell } from '../support/shell.ts';
import { until } from '../testbed/until.ts';
import { freePort } from '../testbed/ports.ts';

async function run(...words: readonly string[]) {
  const shell = testShell();
  const code = await runProgram(words, shell);
  return { code, ...shell.written };
}

describe('what a caller would choose among', () => {
  let scene: FleetScene;
  const ending = endAfterAll();
  const ask = (question: string): Promise<WhatIf> => scene.json<WhatIf>(`/eurek8s/whatif/${question}`);
  const refused = async (question: string) => {
    const { status, body } = await httpRequest(`${scene.url}/eurek8s/whatif/${question}`, {
      headers: { accept: 'application/json' },
    });
    return [status, (JSON.parse(body) as { readonly error: string }).error] as const;
  };

  before(async () => {
    scene = await fleetScene(ending);
    await registerInstance(`${scene.url}/eureka`, { app: 'CAROL', id: 'c-2', ip: '10.1.0.4', port: 8081, zone: 'z2' });
    await registerInstance(`${scene.url}/eureka`, { app: 'NEWS', id: 'n-1', port: 8080, vip: 'News.V2' });
    await until('carol has its share in each zone', async () => (await ask('carol?zone=z2')).entries === 2);
  });

  test('by zone and client, an application or a vip, in any case', async () => {
    for (const [question, entries, kubernetes] of [
      ['carol', 4, 50],
      ['CAROL?zone=z1', 2, 50],
      ['Carol?zone=Z1&client=ribbon', 2, 50],
      ['carol?client=springlb', 4, 50],
      ['carol?client=springlb&zone=z2', 2, 50],
      ['carol?client=node', 3, 33.3],
      ['orders?zone=z1', 2, 0],
      ['orders?zone=z2', 2, 0],
      ['news.v2', 1, 0],
      ['news', 1, 0],
      ['erin', 0, 0],
    ] as const) {
      const answer = await ask(question);
      assert.deepEqual([answer.entries, answer.kubernetesPercent], [entries, kubernetes], question);
      const sum = answer.choices.reduce((total, { percent }) => total + percent, 0);
      assert.ok(entries === 0 || Math.abs(sum - 100) < 1, `${question}: ${sum}`);
    }
    assert.equal((await ask('orders?zone=z2')).fallsBack, true);
    assert.match((await ask('news')).notes.join(), /by its vip News\.V2, not as news/);
    assert.match(
      (await ask('erin')).notes.join(),
      /^1 candidate of ERIN is not served: eurek8s explain ERIN says why$/,
    );
  });

  test('a caller in a zone that nothing is in yet', async () => {
    const { zone, entries, fallsBack, notes } = await ask('carol?zone=z9');
    assert.deepEqual([zone, entries, fallsBack], ['z9', 4, true]);
    assert.equal(notes[0], 'nothing in the registry is in zone z9');
    assert.match((await ask('carol?zone=default-zonne')).notes.join(), /^[^,]*, did you mean "defaultZone"\?,/);
    const text = await scene.curl('/eurek8s/whatif/carol?zone=%1b%5b2Jmars%0d%0a');
    assert.match(text, /^nothing in the registry is in zone \?\[2Jmars\?\?$/m);
  });

  test('follows what is served', async () => {
    const down = { app: 'NEWS', id: 'n-2', port: 8081, vip: 'News.V2', status: 'DOWN' } as const;
    await registerInstance(`${scene.url}/eureka`, down);
    const { leftOut, entries } = await ask('news');
    assert.deepEqual([entries, leftOut.map(({ ids, code }) => [ids, code])], [1, [[['n-2'], 'not-up']]]);
  });

  test('as a table for people', async () => {
    const text = await scene.curl('/eurek8s/whatif/carol?zone=z1');
    assert.match(
      text,
      /^carol: a caller with Ribbon in z1 chooses among 2 entries; Kubernetes gets 50% of its calls\n/,
    );
    assert.match(text, /^ {2}50% +1 +http:\/\/carol\.k8s\.example\.com:8080 +CAROL +Kubernetes +z1$/m);
    assert.match(text, /^leaves out\n[^]* other-zone\n {4}it is in z2$/m);
    assert.match(await scene.curl('/eurek8s/explain/carol'), /eurek8s whatif CAROL --zone ZONE$/m);
  });

  test('what is not known, and what is not understood, with what would be', async () => {
    const [status, error] = await refused('carl');
    assert.deepEqual([status, error.endsWith('did you mean "CAROL"?')], [404, true], error);
    assert.match((await refused('news.v3'))[1], /^nothing is known of NEWS\.V3: .*, did you mean "News\.V2"\?$/);
    for (const [query, reason] of [
      ['client=go', 'client must be one of ribbon, springlb, node'],
      ['client=', 'client must be one of ribbon, springlb, node'],
      ['client=node&client=ribbon', 'client is given twice'],
      ['zone=z1&zone=z2', 'zone is given twice'],
      ['zone=', 'zone is empty: leave it out for a caller that has none'],
      ['zone=%20', 'zone is empty: leave it out for a caller that has none'],
      ['zoen=z1', 'there is no parameter "zoen", but zone, client'],
    ] as const)
      assert.deepEqual(await refused(`carol?${query}`), [400, reason]);
  });

  test('nothing before the first view', async (t) => {
    const { url } = await serveUnsynced(t);
    assert.equal((await httpRequest(`${url}/eurek8s/whatif/carol`)).status, 503);
  });

  test('as a command', async () => {
    const server = ['--server', scene.url];
    const text = await run('whatif', 'carol', '--zone', 'z1', ...server);
    assert.deepEqual([text.code, text.err], [0, '']);
    assert.match(text.out, /^carol: a caller with Ribbon in z1 chooses among 2 entries/);
    const json = await run('whatif', 'carol', '--client', 'node', '--json', ...server);
    assert.deepEqual([json.code, (JSON.parse(json.out) as WhatIf).client], [0, 'node']);
    for (const [words, code, problem] of [
      [['nobody', ...server], 1, /^eurek8s: http:\/\/\S+: nothing is known of NOBODY/],
      [['carol', '--zone', '', ...server], 2, /: zone is empty/],
      [['carol', '--client', 'go', ...server], 2, /Allowed choices are ribbon, springlb, node/],
      [['carol', '--server', `http://127.0.0.1:${await freePort()}`], 2, /does not answer/],
      [[], 2, /missing required argument 'app'/],
    ] as const) {
      const answered = await run('whatif', ...words);
      assert.equal(answered.code, code, words.join(' '));
      assert.match(answered.err, problem);
    }
    const help = await run('whatif', '--help');
    assert.match(help.out, /--client <client>[^]*ribbon[^]*Exit codes: 0 it is known; 1 /);
  });
});
