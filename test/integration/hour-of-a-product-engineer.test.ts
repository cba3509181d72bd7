import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangesReport } from '../../shared/api/changes.ts';
import type { ApiObject } from '../support/fake-kubernetes/cluster-state.ts';
import { endpointSlice, ingress, service } from '../support/fake-kubernetes/objects.ts';
import { movingFleet } from '../support/moving-fleet.ts';

interface Given {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: object;
}

/** The Ingress of carol, as somebody writes it who has never done so. */
function carol({ annotations = {}, labels = {}, spec }: Given = {}): ApiObject {
  const whole = ingress('shop', 'carol');
  const given = Object.entries(annotations).map(([key, value]) => [`eurek8s.io/${key}`, value] as const);
  return {
    ...whole,
    metadata: { ...whole.metadata, labels, annotations: Object.fromEntries(given) },
    spec: { ...(whole['spec'] as object), ...spec },
  };
}

const PUBLISHED = { publish: 'true' };

function under(path: string): object {
  const backend = { service: { name: 'carol', port: { number: 80 } } };
  return {
    rules: [{ host: 'carol.k8s.example.com', http: { paths: [{ path, pathType: 'Prefix', backend }] } }],
  };
}

test('the hour of a product engineer: why carol is not published, eleven times, and what to do about it', async (t) => {
  const { cluster, terminal, poll } = await movingFleet(t, {
    CAROL: ['10.20.0.1', '10.20.0.2', '10.20.0.3'],
    ORDERS: ['10.20.0.11'],
  });
  const put = (...objects: readonly ApiObject[]): void => {
    for (const object of objects) cluster.state.put(object);
  };
  /** One question must be enough: the same command says what is wrong, and what to do. */
  const explained = async (wrong: RegExp, whatToDo: RegExp): Promise<void> => {
    assert.match(await terminal.runUntil('explain carol', wrong), whatToDo);
  };

  const before = await terminal.run('wait carol --source kubernetes --timeout 200ms');
  assert.equal(before.code, 1);
  assert.match(before.text, /nothing from kubernetes claims carol/i);

  put(carol());
  await explained(/not-selected/, /annotate the Ingress \(or its Namespace\) with eurek8s\.io\/publish: "true"/);
  put(carol({ annotations: PUBLISHED, labels: { app: 'carol-api' } }));
  await explained(
    /main\/shop\/carol is called like it, and is CAROL-API/,
    /by eurek8s\.io\/app or by its label .* app$/m,
  );
  const elsewhere = await terminal.run('wait carol --source kubernetes --timeout 200ms');
  assert.match(elsewhere.text, /main\/shop\/carol is called like it, and is CAROL-API/);
  put(carol({ annotations: PUBLISHED, spec: { ingressClassName: 'alb' } }));
  await explained(/class-not-allowed/, /selection\.ingressClasses allows traefik/);
  put(carol({ annotations: PUBLISHED, spec: under('/api') }));
  await explained(/path-not-root/, /add a path \/, or set eurek8s\.io\/path: allow/);
  put(carol({ annotations: PUBLISHED }));
  await explained(/service-not-found/, /Service carol is not in namespace shop: create it or correct the backend/);
  put({ ...service('shop', 'carol'), spec: { selector: { app: 'carol' }, ports: [{ name: 'web', port: 8080 }] } });
  await explained(/port-not-found/, /it has 8080 \(web\): correct the backend/);
  put(service('shop', 'carol'), endpointSlice('shop', 'carol', 0));
  await explained(
    /DOWN +carol\.k8s\.example\.com/,
    /0 of 0 endpoints ready\n.*kubectl get pods -n shop -l app=carol$/m,
  );
  put(endpointSlice('shop', 'carol', 2), carol({ annotations: { ...PUBLISHED, policy: 'legacy-only' } }));
  await explained(
    /main\/shop\/carol +policy/,
    /the policy is legacy-only: set another one, such as both, in eurek8s\.io\/policy/,
  );
  put(carol({ annotations: { ...PUBLISHED, traffic: '0%' } }));
  await explained(/traffic-zero/, /nothing is published until it is raised/);
  put(carol({ annotations: { ...PUBLISHED, traffic: 'half' } }));
  await explained(/bad-annotation/, /allowed is .* a share from "0%" to "100%".*; what was valid last stays: 0%/);
  const older = ingress('attic', 'carol-old');
  put(
    { ...older, metadata: { ...older.metadata, labels: { app: 'carol' }, creationTimestamp: '2020-01-01T00:00:00Z' } },
    carol({ annotations: { ...PUBLISHED, traffic: '50%' } }),
  );
  await explained(
    /main\/shop\/carol +ownership/,
    /CAROL belongs to main\/attic\/carol-old, .* give this one another name with eurek8s\.io\/app, or delete the other/,
  );

  cluster.state.delete('Ingress', 'attic', 'carol-old');
  const there = await terminal.run('wait carol --source kubernetes --timeout 30s');
  assert.equal(there.code, 0, there.text);
  assert.match(
    there.text,
    /^CAROL: callers choose among 6 UP entries: 3 registered, 3 from Kubernetes \(50% of the calls\)$/m,
  );
  assert.match(there.text, /callers have it in \d+ s at the latest/);

  put(endpointSlice('shop', 'carol', 0));
  await terminal.runUntil('explain carol', /3 registered, 0 from Kubernetes/);
  const { changes } = JSON.parse((await terminal.run('changes carol --since -10m --json')).text) as ChangesReport;
  const down = changes.findLast(({ fields }) => fields.includes('status'));
  assert.match(down?.cause.reason ?? '', /0 of 0 endpoints ready/);
  const told = await terminal.run(`changes carol --since ${down?.at ?? ''}`);
  assert.match(told.text, /main\/shop\/carol\n +status UP → DOWN: 0 of 0 endpoints ready/);
  const shortBefore = new Date(Date.parse(down?.at ?? '') - 1).toISOString();
  const then = await terminal.run(`explain carol --at ${shortBefore}`);
  assert.match(then.text, /3 registered, 3 from Kubernetes \(50% of the calls\)[^]*2 of 2 endpoints ready/);
  assert.match(then.text, new RegExp(`^as it was at ${shortBefore}$`, 'm'));

  put(endpointSlice('shop', 'carol', 2));
  await poll('10.20.0.11', 'carol');
  const left = await terminal.runUntil('migration', /CAROL +dual +50% +3 +3 +ORDERS/);
  assert.match(left, /- raise its share, now 50%\n +- stop its 3 registered instances, once its share is 100%/);
});
