import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

test('a legacy URL that misses its path, or its password, is explained wherever people look', async (t) => {
  const cases: readonly (readonly [status: number, words: RegExp])[] = [
    [
      404,
      /: answered 404: no Eureka at this path; Spring Cloud serves it at …\/eureka, native servers at …\/eureka\/v2/,
    ],
    [401, /: answered 401: the credentials \(user-info of the URL\) are missing or not accepted/],
    [403, /: answered 403: the credentials .* are not accepted, or it has not yet filled itself from its peers/],
  ];
  for (const [status, words] of cases) {
    const legacy = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
    await once(legacy, 'listening');
    t.after(() => legacy.close());
    const address = legacy.address();
    assert.ok(typeof address === 'object' && address !== null);
    const logged: string[] = [];
    const { url } = await serveForTest(t, {
      flags: { 'leases.enabled': ['false'], 'legacy.urls': [`http://bobby:hush@127.0.0.1:${address.port}`] },
      log: { warn: (fields) => void logged.push(JSON.stringify(fields)) },
    });
    const ask = async (path: string): Promise<string> => (await fetch(url + path)).text();
    await until('the readiness says why', async () => words.test(await ask('/readyz')));
    assert.match(await ask('/eurek8s/sources'), words);
    assert.match(logged.join('\n'), words);
    assert.doesNotMatch(logged.join('\n') + (await ask('/readyz')), /hush|bobby/);
  }
});
