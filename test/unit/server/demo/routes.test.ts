import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Routes } from '../../../../server/demo/routes.ts';

const HOST = 'carol.k8s.example.com';

function scene(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-routes-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const broken: string[] = [];
  return {
    routes: new Routes(directory, (file) => void broken.push(file)),
    broken,
    write: (file: string, text: string) => writeFileSync(join(directory, file), text),
    remove: (file: string) => rmSync(join(directory, file)),
  };
}

function ingress(name: string, host: string, path = '/', meta = ''): string {
  const backend = `backend: { service: { name: ${name}, port: { number: 80 } } }`;
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: demo${meta} }
spec: { rules: [{ host: "${host}", http: { paths: [{ path: ${path}, pathType: Prefix, ${backend} }] } }] }
`;
}

test('of two Ingresses with one host the one that comes first for Eurek8s is answered by, and again when the other is gone', (t) => {
  const { routes, write, remove } = scene(t);
  write('carol.yaml', ingress('carol', HOST));
  assert.equal(routes.serviceOf(HOST), 'carol');
  write('rita.yaml', ingress('rita', HOST));
  assert.equal(routes.serviceOf(HOST), 'carol', 'by name, as neither has an age');
  write('rita.yaml', ingress('rita', HOST, '/', ', creationTimestamp: "2020-01-01T00:00:00Z"'));
  assert.equal(routes.serviceOf(HOST), 'rita', 'by age');
  remove('rita.yaml');
  assert.equal(routes.serviceOf(HOST), 'carol');
});

test('an Ingress that is gone is called on, unless another has its host', (t) => {
  const { routes, write, remove } = scene(t);
  write('carol.yaml', ingress('carol', HOST));
  assert.equal(routes.serviceOf(HOST), 'carol');
  remove('carol.yaml');
  assert.equal(routes.serviceOf(HOST), 'carol');
  write('rita.yaml', ingress('rita', HOST));
  assert.equal(routes.serviceOf(HOST), 'rita');
});

test('a host is found by a wildcard and by a path that is not the root', (t) => {
  const { routes, write } = scene(t);
  write('any.yaml', ingress('any', '*.k8s.example.com'));
  write('api.yaml', ingress('api', 'api.k8s.example.com', '/api'));
  assert.equal(routes.serviceOf(HOST), 'any');
  assert.equal(routes.serviceOf('api.k8s.example.com'), 'api');
  assert.equal(routes.serviceOf('elsewhere.example.com'), undefined);
});

test('a file that is broken keeps its routes, and is told once', (t) => {
  const { routes, write, broken } = scene(t);
  write('carol.yaml', ingress('carol', HOST));
  assert.equal(routes.serviceOf(HOST), 'carol');
  write('carol.yaml', '{ a: [');
  for (let i = 0; i < 3; i++) assert.equal(routes.serviceOf(HOST), 'carol');
  assert.equal(broken.length, 1);
});
