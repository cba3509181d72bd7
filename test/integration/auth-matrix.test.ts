import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, test, type TestContext } from 'node:test';
import { basic, temporaryFile } from '../support/credentials.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { withRoutes } from '../support/route-table.ts';
import { serveForTest } from '../support/running-server.ts';
import type { GivenConfig } from '../support/config.ts';

// Every route that a server has, with every method, in several spellings, asked by everybody: on one connection, which has
// no rights of its own.

const FILE = `
- { name: reader, password: r, rights: [read] }
- { name: registrar, password: w, rights: [register] }
- { name: operator, token: o, rights: [operate] }
- { name: all, token: a, rights: [read, register, operate] }
`;
const CALLERS = [
  { name: 'nobody', rights: [], authorization: undefined },
  { name: 'a wrong password', rights: [], authorization: basic('reader', 'w') },
  { name: 'a wrong user', rights: [], authorization: basic('writer', 'w') },
  { name: 'a wrong token', rights: [], authorization: 'Bearer b' },
  { name: 'something else', rights: [], authorization: 'Negotiate abc' },
  { name: 'the reader', rights: ['read'], authorization: basic('reader', 'r') },
  { name: 'the registrar', rights: ['register'], authorization: basic('registrar', 'w') },
  { name: 'the operator', rights: ['operate'], authorization: 'Bearer o' },
  { name: 'everybody', rights: ['read', 'register', 'operate'], authorization: 'bearer a' },
] as const;
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'] as const;
const PROBES = ['/healthz', '/readyz', '/actuator/health'];
const UNKNOWN = ['/no/such/path', '/eureka/no/such/path/at/all', '/eurek8s/no/such'];

interface Answer {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly reason: string;
  readonly body: string;
}

/** `undefined`: none. */
function needed(url: string, method: string): string | undefined {
  if (PROBES.includes(url)) return undefined;
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return 'read';
  return /^\/(peer\/)?eureka/.test(url) ? 'register' : 'operate';
}

/** The same place for the router. */
function spellings(url: string): readonly string[] {
  const first = url.slice(1, 2);
  const escaped = `/%${first.charCodeAt(0).toString(16)}${url.slice(2)}`;
  return url === '/'
    ? [url, '/?x']
    : [url, `${url}/`, `/${url}`, escaped, `${url};x=y`, `${url}?x=/healthz`, `http://h${url}`];
}

/** A path that waits is asked not to. */
function atOnce(path: string): string {
  return path.includes('ait/X') ? `${path}${path.includes('?') ? '&' : '?'}timeout=0s` : path;
}

for (const [what, prepare] of [
  ['a registry of its own', async () => ({})],
  [
    'a legacy and its peer feed',
    async (t) => {
      const eureka = await FakeEureka.start();
      t.after(() => eureka.stop());
      eureka.registry.register(registration('ORDERS', 'o-1'));
      return { 'leases.enabled': ['false'], 'legacy.urls': [eureka.url], 'legacy.peerFeed': ['true'] };
    },
  ],
] as const satisfies readonly (readonly [string, (t: TestContext) => Promise<GivenConfig['flags']>])[])
  describe(`with ${what}`, () => {
    test('every path needs its right, of everybody, by every method', { timeout: 300_000 }, async (t) => {
      const flags = { ...(await prepare(t)), 'auth.file': [temporaryFile(t, 'auth.yaml', FILE)] };
      const [{ url: base }, routes] = await withRoutes(() => serveForTest(t, { flags }));
      assert.ok(routes.length > 30, routes.join(' '));
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      t.after(() => agent.destroy());
      const ask = async (method: string, path: string, authorization: string | undefined): Promise<Answer> =>
        new Promise((resolve, reject) => {
          const headers = authorization === undefined ? {} : { authorization };
          const question = request(base, { method, path, headers, agent }, (answer) => {
            const { statusCode: status = 0, headers } = answer;
            const challenge = headers['www-authenticate'];
            const reason = String(headers['x-eurek8s-reason'] ?? '');
            // A stream goes on for as long as somebody follows it: that it has begun is the answer.
            if (headers['content-type']?.startsWith('text/event-stream') === true) {
              answer.destroy();
              resolve({ status, challenge, reason, body: '' });
              return;
            }
            text(answer).then((body) => resolve({ status, challenge, reason, body }), reject);
          });
          question.once('error', reject).end();
        });
      let asked = 0;
      const wrong: string[] = [];
      for (const url of [...routes, ...UNKNOWN])
        for (const path of spellings(url))
          for (const method of METHODS) {
            const right = needed(url, method);
            for (const { name, rights, authorization } of CALLERS) {
              const { status, challenge, reason, body } = await ask(method, atOnce(path), authorization);
              asked++;
              // A probe in another spelling may be asked by nobody, or by whoever may ask for anything.
              const isOpen = right === undefined && status !== 401 && status !== 403;
              const may = isOpen || (rights as readonly (string | undefined)[]).includes(right);
              const expected = may ? 'answered' : rights.length === 0 ? 401 : 403;
              const got = status === 401 || status === 403 ? status : 'answered';
              const isBare = got === 'answered' || (body === '' && reason !== '');
              if (got !== expected || (challenge?.startsWith('Basic') === true) !== (got === 401) || !isBare)
                wrong.push(`${method} ${path} by ${name}: ${status} ${challenge} ${reason} ${body}`);
            }
          }
      assert.deepEqual(wrong.slice(0, 20), []);
      t.diagnostic(`${asked} requests to ${routes.length} routes`);
    });
  });
