import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { describe, test, type TestContext } from 'node:test';
import { TestAuthority, type CertificateFiles } from '../support/certificates.ts';
import { temporaryDirectory, temporaryFile } from '../support/credentials.ts';
import { registration } from '../support/fake-eureka.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

interface Answer {
  readonly status: number;
  readonly connection: string | undefined;
  readonly body: string;
}

async function ask(url: string, options: RequestOptions & { readonly body?: string }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const question = request(url, { agent: false, ...options }, (answer) => {
      const { statusCode: status = 0, headers } = answer;
      text(answer).then((body) => resolve({ status, connection: headers.connection, body }), reject);
    });
    question.once('error', reject).end(options.body);
  });
}

/** A server that believes the certificates of one authority, `ours`, and two clients: of that one and of another. */
async function scene(t: TestContext) {
  const directory = temporaryDirectory(t);
  const [own, ours, theirs] = ['own', 'ours', 'theirs'].map((name) => new TestAuthority(directory, name)) as [
    TestAuthority,
    TestAuthority,
    TestAuthority,
  ];
  const clientCa = join(directory, 'client-ca.pem');
  writeFileSync(clientCa, ours.pem);
  const { cert, key } = own.server();
  const credentials = '- { name: batch, certificate: "CN=batch", rights: [read, register] }';
  const { url } = await serveForTest(t, {
    // No handshake ends here because it takes its time.
    limits: { headerTimeout: 600_000, requestTimeout: 600_000 },
    flags: {
      'listen.tls.cert': [cert],
      'listen.tls.key': [key],
      'listen.tls.clientCa': [clientCa],
      'listen.tls.clientAuth': ['request'],
      'auth.file': [temporaryFile(t, 'auth.yaml', credentials)],
    },
  });
  const client = (authority: TestAuthority) => {
    const files: CertificateFiles = authority.issue({ subject: '/CN=batch' });
    return { ca: own.pem, cert: own.read(files.cert), key: own.read(files.key) };
  };
  const [good, other] = [client(ours), client(theirs)];
  const statusOf = async (options: RequestOptions): Promise<number> =>
    (await ask(`${url}/eureka/apps`, options)).status;
  return {
    url,
    good,
    other,
    statusOf,
    /** From now on these are believed; the other one is among them. */
    believe: async (...authorities: readonly ('ours' | 'theirs')[]): Promise<void> => {
      writeFileSync(clientCa, authorities.map((name) => ({ ours, theirs })[name].pem).join(''));
      await until('the other authority', async () => (await statusOf(other)) === 200);
    },
  };
}

describe('when other authorities are trusted', () => {
  test('a handshake that began before does not count, however late it ends', async (t) => {
    const { url, good, believe, statusOf } = await scene(t);
    const { hostname, port } = new URL(url);
    const open = async (): Promise<Socket> => {
      const socket = connectPlain(Number(port), hostname);
      t.after(() => void socket.destroy());
      socket.on('error', () => undefined).resume();
      await once(socket, 'connect');
      return socket;
    };
    const [silent, late] = [await open(), await open()];
    const ended = once(late, 'close').then(() => 'ended');
    assert.equal(await statusOf(good), 200);
    await believe('theirs');
    const secure = connect({ socket: late, servername: 'localhost', ...good }).on('error', () => undefined);
    const answer = once(secure, 'secureConnect').then(async () => {
      secure.write('GET /eureka/apps HTTP/1.1\r\n\r\n');
      return String(await once(secure, 'data')).slice(0, 12);
    });
    answer.catch(() => undefined);
    assert.equal(await Promise.race([ended, answer]), 'ended');
    await until('a silent one is ended', async () => silent.closed);
  });

  test('a client whose answer was under way connects anew after it, and is let in by what it shows then', async (t) => {
    const { url, good, other, believe, statusOf } = await scene(t);
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ...good });
    t.after(() => agent.destroy());
    assert.equal(await statusOf({ agent }), 200);
    const waiting = ask(`${url}/eurek8s/wait/carol?timeout=10m`, { agent });
    let asked = 1;
    await until('it waits', async () => {
      const { body } = await ask(`${url}/metrics`, good);
      return Number(/^eurek8s_callers_total\{credential="batch",shown="known"\} (\d+)$/m.exec(body)?.[1]) > ++asked;
    });
    await believe('ours', 'theirs');
    const body = JSON.stringify({ instance: registration('CAROL', 'c-1') });
    const headers = { 'content-type': 'application/json' };
    assert.equal((await ask(`${url}/eureka/apps/CAROL`, { ...other, method: 'POST', headers, body })).status, 204);
    const { status, connection } = await waiting;
    assert.deepEqual([status, connection], [200, 'close']);
    assert.equal(await statusOf({ agent }), 200);
  });

  test('who follows the changes follows them anew', async (t) => {
    const { url, good, believe } = await scene(t);
    const follower = request(`${url}/eurek8s/changes`, {
      agent: false,
      ...good,
      headers: { accept: 'text/event-stream' },
    });
    follower.on('error', () => undefined).end();
    const [answer] = (await once(follower, 'response')) as [IncomingMessage];
    assert.equal(answer.statusCode, 200);
    answer.on('error', () => undefined).resume();
    await believe('theirs');
    await until('the answer is ended', async () => answer.closed);
  });
});
