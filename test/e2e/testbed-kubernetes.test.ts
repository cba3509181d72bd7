import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { installGatewayApi } from '../testbed/kubernetes/gateway-routes.ts';
import { deployedService } from '../testbed/kubernetes/deployed-service.ts';
import { ingressRoutes } from '../testbed/kubernetes/ingress-routes.ts';
import { startIngressProxy, type IngressProxy } from '../testbed/nginx.ts';
import { until } from '../testbed/until.ts';

const namespace = 'shop';
const clusterIp = '127.96.0.80';

describe('the Kubernetes test bed', { timeout: 1_800_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-kubernetes-'));
  let cluster: Cluster;
  let backend: Server;

  before(async () => {
    backend = await startEcho();
    cluster = await startCluster({ dir: join(dir, 'cluster'), roles: 'full', progress: (line) => console.error(line) });
    const address = backend.address();
    assert.ok(address !== null && typeof address === 'object');
    await cluster.apply(application(address.port));
  });

  after(async () => {
    await cluster?.stop();
    backend?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test('the Pods of a Deployment become ready endpoints, and go when it is scaled to zero', async () => {
    await until('two ready addresses', async () => (await readyAddresses(cluster)).length === 2);
    await cluster.kubectl(['scale', 'deployment/carol', '--replicas=0', '--namespace', namespace]);
    await until('no ready address', async () => (await readyAddresses(cluster)).length === 0);
  });

  test('a killed API server comes back with the same objects, and its controllers go on working', async () => {
    await cluster.killApi();
    await assert.rejects(cluster.kubectl(['get', 'ingress', '--namespace', namespace]));
    await cluster.startApi();
    const hosts = '--output=jsonpath={.spec.rules[*].host}';
    assert.equal(
      await cluster.kubectl(['get', 'ingress/carol', '--namespace', namespace, hosts]),
      'carol.example.test',
    );
    await cluster.kubectl(['scale', 'deployment/carol', '--replicas=3', '--namespace', namespace]);
    await until('three ready addresses', async () => (await readyAddresses(cluster)).length === 3);
  });

  test('a second server is refused on the data of a running one', async () => {
    await assert.rejects(startCluster({ dir: cluster.dir, roles: 'api' }), /in use by another server/);
    await cluster.kubectl(['get', 'namespaces']);
  });

  test('a kubeconfig has the rights that RBAC grants to its user, and no others', async () => {
    await cluster.apply(rights);
    const reader = await cluster.kubeconfigFor({ namespace, name: 'reader' });
    const ingresses = ['get', 'ingress', '--namespace', namespace, '--output=name'];
    // The API server itself learns of new rights by a watch, a moment after it stored them.
    const seen = await until('the granted right is in force', () => as(reader, ingresses));
    assert.equal(seen.trim(), 'ingress.networking.k8s.io/carol');
    await assert.rejects(as(reader, ['get', 'service', '--namespace', namespace]), /Forbidden/);
    await assert.rejects(as(reader, ['get', 'ingress', '--all-namespaces']), /Forbidden/);
    await assert.rejects(as(cluster.viewerKubeconfig, ingresses), /Forbidden/);
  });

  test('a chart with a field the API does not know is refused by a dry run on the server', async () => {
    const misspelt = application(80).replace('replicas:', 'replica:');
    const dryRun = ['create', '--dry-run=server', '--validate=strict', '-f', '-'];
    await assert.rejects(cluster.kubectl(dryRun, misspelt), /unknown field "spec.replica"/);
  });

  test('the CRDs of the Gateway API can be loaded', async () => {
    await installGatewayApi(cluster);
    assert.equal(await cluster.kubectl(['get', 'httproutes', '--all-namespaces', '--output=name']), '');
  });

  describe('with the reverse proxy in front', () => {
    let proxy: IngressProxy;

    before(async () => {
      proxy = await startIngressProxy({ dir: join(dir, 'proxy'), routes: await ingressRoutes(cluster) });
    });

    after(async () => proxy?.stop());

    test('the Host header chooses the backend, which sees host and path as the caller sent them', async () => {
      const host = `carol.example.test:${proxy.port}`;
      assert.deepEqual(await call(proxy.port, host, '/a%2Fb?c=d'), { status: 200, body: `${host} /a%2Fb?c=d` });
      assert.equal((await call(proxy.port, 'dave.example.test', '/')).status, 404);
    });

    test('new routes are in force when setRoutes returns', async () => {
      const routes = await ingressRoutes(cluster);
      const carol = routes.get('carol.example.test');
      assert.ok(carol);
      await proxy.setRoutes(new Map([['dave.example.test', carol]]));
      assert.equal((await call(proxy.port, 'dave.example.test', '/')).status, 200);
      assert.equal((await call(proxy.port, 'carol.example.test', '/')).status, 404);
      await proxy.setRoutes(new Map([['carol.example.test', 'http://127.0.0.1:1']]));
      assert.equal((await call(proxy.port, 'carol.example.test', '/')).status, 502);
      await proxy.setRoutes(routes);
      assert.equal((await call(proxy.port, 'carol.example.test', '/')).status, 200);
    });
  });

  async function as(kubeconfig: string, args: readonly string[]): Promise<string> {
    return cluster.kubectl([...args, '--kubeconfig', kubeconfig]);
  }
});

interface EndpointSlice {
  readonly endpoints:
    readonly { readonly addresses: string[]; readonly conditions: { readonly ready?: boolean } }[] | null;
}

async function readyAddresses(cluster: Cluster): Promise<readonly string[]> {
  const of = ['endpointslice', '--namespace', namespace, '--selector', 'kubernetes.io/service-name=carol'];
  const slices = await cluster.get<{ items: readonly EndpointSlice[] }>(of);
  return slices.items
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions.ready === true)
    .flatMap(({ addresses }) => addresses);
}

/** Listens where the Service's cluster IP is: what the proxy routes to is what the Service names. */
async function startEcho(): Promise<Server> {
  const server = createServer((question, answer) => answer.end(`${question.headers.host} ${question.url}`));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, clusterIp, resolve));
  return server;
}

async function call(port: number, host: string, path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const question = request({ host: '127.0.0.1', port, path, headers: { host }, agent: false }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject);
    });
    question.once('error', reject).end();
  });
}

const application = (port: number): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace} }
---
${deployedService({ name: 'carol', namespace, port, clusterIp })}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: carol, namespace: ${namespace} }
spec:
  rules:
    - host: carol.example.test
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: carol, port: { name: http } } } }]
`;

const rights = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: reader, namespace: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: ingress-reader, namespace: ${namespace} }
rules: [{ apiGroups: [networking.k8s.io], resources: [ingresses], verbs: [get, list, watch] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ingress-reader }
subjects: [{ kind: ServiceAccount, name: reader, namespace: ${namespace} }]
`;
