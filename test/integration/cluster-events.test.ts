import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ClusterEvents } from '../../server/sources/kubernetes/cluster-events.ts';
import type { ObjectEvent } from '../../shared/api/object-events.ts';
import { appName } from '../../shared/model/names.ts';
import { SILENT_LOG } from '../support/silent-log.ts';
import { SteppedClock } from '../support/stepped-clock.ts';

// What an API server answers to Events, and what people are told of it.

interface Answer {
  readonly status: number;
  readonly body: object;
}

function refusal(status: number, message: string): Answer {
  return { status, body: { kind: 'Status', status: 'Failure', code: status, message } };
}

const CREATED: Answer = { status: 201, body: {} };

async function scene(t: TestContext) {
  let answer: (namespace: string, method: string) => Answer = () => CREATED;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { method = '', url = '' } = request;
      requests.push(`${method} ${url}`);
      const { status, body } = answer(/namespaces\/([^/]+)/.exec(url)?.[1] ?? '', method);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const root = mkdtempSync(join(tmpdir(), 'cluster-events-'));
  t.after(() => {
    server.close();
    rmSync(root, { recursive: true, force: true });
  });
  const kubeconfig = join(root, 'config');
  const { port } = server.address() as AddressInfo;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  const warnings: string[] = [];
  const events = new ClusterEvents({
    cluster: { name: 'main', required: true, inCluster: false, kubeconfig, context: undefined },
    environment: {},
    clock: new SteppedClock(),
    log: { ...SILENT_LOG, warn: (fields) => void warnings.push(JSON.stringify(fields)) },
    instance: 'eurek8s-0',
    uidOf: () => 'b1b2',
  });
  t.after(() => events.stop());
  const write = (namespace: string): Promise<string> => events.write(eventIn(namespace));
  return { write, warnings, requests, answers: (next: typeof answer) => (answer = next) };
}

function eventIn(namespace: string): ObjectEvent {
  return {
    app: appName('CAROL'),
    object: `main/${namespace}/carol`,
    says: 'UP',
    cluster: 'main',
    namespace,
    kind: 'Ingress',
    name: 'carol',
    reason: 'Published',
    type: 'Normal',
    note: 'published as CAROL, 1 entry, UP',
  };
}

test('missing rights are told once, whatever the namespaces, and again after they were there', async (t) => {
  const { write, warnings, answers } = await scene(t);
  const forbidden = (namespace: string): Answer =>
    refusal(403, `events.events.k8s.io is forbidden: cannot create resource in the namespace "${namespace}"`);
  answers(forbidden);
  for (const namespace of ['shop', 'bank', 'shop', 'bank']) assert.equal(await write(namespace), 'failed');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /HTTP 403 Forbidden: .*shop/);
  answers(() => CREATED);
  assert.equal(await write('shop'), 'written');
  answers(forbidden);
  assert.equal(await write('shop'), 'failed');
  assert.equal(warnings.length, 2);
});

test('a namespace that is being deleted is no fault', async (t) => {
  const { write, warnings, answers, requests } = await scene(t);
  answers((namespace) =>
    refusal(
      403,
      `events "carol.1" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    ),
  );
  assert.equal(await write('shop'), 'gone');
  answers((namespace) => refusal(404, `namespaces "${namespace}" not found`));
  assert.equal(await write('shop'), 'gone');
  assert.deepEqual(warnings, []);
  assert.equal(requests.length, 2, 'and none is asked twice');
});

test('an Event that was forgotten between two requests is no fault', async (t) => {
  const { write, warnings, answers } = await scene(t);
  answers((_namespace, method) =>
    method === 'POST' ? refusal(409, 'already exists') : refusal(404, 'events.events.k8s.io "carol.1" not found'),
  );
  assert.equal(await write('shop'), 'gone');
  assert.deepEqual(warnings, []);
});
