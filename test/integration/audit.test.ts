import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { temporaryFile } from '../support/credentials.ts';
import type { Ending } from '../support/running-server.ts';

const AUDIT = join(import.meta.dirname, '..', '..', '.ci', 'package', 'audit.ts');
const FINDING = {
  id: 1,
  url: 'https://advisories.example.com/GHSA-aaaa-bbbb-cccc',
  title: 'It may be slow',
  severity: 'low',
  vulnerable_versions: '*',
};
const EXPLAINED = { advisory: 'GHSA-aaaa-bbbb-cccc', package: 'yaml', why: 'only the configuration is read with it' };

// A registry that knows of one weakness, or does not answer that question at all.
describe('npm run audit', () => {
  let registry: Server;
  let asks = 0;
  let answers: 'one finding' | 'none' | 'not allowed' = 'one finding';

  before(async () => {
    registry = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const isQuestion = request.url === '/-/npm/v1/security/advisories/bulk';
        if (!isQuestion || answers === 'not allowed') return void response.writeHead(isQuestion ? 405 : 404).end();
        asks += 1;
        const body = Buffer.concat(chunks);
        const asked = JSON.parse((body[0] === 0x1f ? gunzipSync(body) : body).toString()) as object;
        const known = answers === 'one finding' && 'yaml' in asked ? { yaml: [FINDING] } : {};
        return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(known));
      });
    });
    await once(registry.listen(0, '127.0.0.1'), 'listening');
  });

  after(() => registry.close());

  async function audit(t: Ending, ...explained: readonly object[]): Promise<{ code: unknown; out: string }> {
    const file = temporaryFile(t, 'explained.json', JSON.stringify(explained));
    const { port } = registry.address() as AddressInfo;
    const child = spawn(process.execPath, [AUDIT, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/` },
    });
    const ended = once(child, 'close');
    const out = await text(child.stdout);
    const [code] = (await ended) as [unknown];
    return { code, out };
  }

  test('fails for a finding that nobody has explained', async (t) => {
    answers = 'one finding';
    const { code, out } = await audit(t);
    assert.equal(code, 1, out);
    assert.match(out, /✗ GHSA-aaaa-bbbb-cccc yaml \(low\) is not explained: It may be slow/);
    assert.equal(asks, 1);
  });

  test('passes when each finding is explained', async (t) => {
    answers = 'one finding';
    const { code, out } = await audit(t, EXPLAINED);
    assert.equal(code, 0, out);
    assert.match(out, /1 findings, 0 problems/);
  });

  test('fails for an explanation without a finding, or without a word', async (t) => {
    answers = 'none';
    const stale = await audit(t, EXPLAINED);
    assert.deepEqual([stale.code, /is explained, but is no finding: take it out/.test(stale.out)], [1, true]);
    answers = 'one finding';
    assert.equal((await audit(t, { ...EXPLAINED, why: ' ' })).code, 1);
  });

  test('never says clean of a registry that gave no answer', async (t) => {
    answers = 'not allowed';
    const { code, out } = await audit(t);
    assert.equal(code, 3, out);
    assert.match(out, /^NOT ASKED, nothing is known: 405/);
  });
});
