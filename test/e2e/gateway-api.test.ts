import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ClusterEvents } from '../../server/sources/kubernetes/cluster-events.ts';
import { systemClock } from '../../server/system/clock.ts';
import { appName } from '../../shared/model/names.ts';
import { readRegistry } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { SILENT_LOG } from '../support/silent-log.ts';
import { startBackend, type Backend } from '../testbed/backend.ts';
import { startRibbonClient, type RibbonClient } from '../testbed/java/clients.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { installGatewayApi } from '../testbed/kubernetes/gateway-routes.ts';
import { startIngressProxy, type IngressProxy, type Routes } from '../testbed/nginx.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

const HOST = 'carol.gw.example.test';
const NEW_HOST = 'carol.new.example.test';
const DAVE = 'dave.gw.example.test';

describe('an HTTPRoute of a real API server', { timeout: 900_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-gateway-'));
  let cluster: Cluster;
  let backend: Backend;
  let proxy: IngressProxy;
  let product: Product;
  let ribbon: RibbonClient;

  const routes = (...hosts: readonly string[]): Routes =>
    new Map(hosts.map((host) => [host, `http://127.0.0.1:${backend.port}`]));
  /** What clients see of the application: host, port and status of each entry. */
  const shown = async (app = 'CAROL'): Promise<string> => {
    const instances = (await readRegistry(product.eureka)).get(app) ?? [];
    return instances.map(({ hostName, port, status }) => `${hostName}:${port.$} ${status}`).join();
  };
  const seen = async (what: string, expected: string, timeoutMs = 60_000): Promise<void> => {
    await until(what, async () => (await shown()) === expected, { timeoutMs });
  };
  /** An operations answer in one line, whatever its layout. */
  const told = async (path: string): Promise<string> => {
    const { body } = await httpRequest(`${product.url}/eurek8s/${path}`, { headers: { accept: 'application/json' } });
    return JSON.stringify(JSON.parse(body));
  };
  const described = async (object: string, wanted: RegExp): Promise<void> => {
    await until(`kubectl describe ${object} says ${wanted}`, async () =>
      wanted.test(await cluster.kubectl(['describe', object, '-n', 'shop'])),
    );
  };
  const explained = (): Promise<string> => told('explain/carol');
  const patch = (object: string, change: object, ...further: readonly string[]): Promise<string> =>
    cluster.kubectl(['patch', object, '-n', 'shop', '--type=merge', '-p', JSON.stringify(change), ...further]);
  const setRule = (backends: readonly (readonly [service: string, weight: number])[]): Promise<string> =>
    patch('httproute/carol', {
      spec: { rules: [{ backendRefs: backends.map(([name, weight]) => ({ name, port: 80, weight })) }] },
    });
  const accept = (status: 'True' | 'False', reason: string): Promise<string> => {
    const condition = { type: 'Accepted', status, reason, message: '', lastTransitionTime: '2026-03-01T10:00:00Z' };
    const parentRef = { name: 'public' };
    const parents = [{ parentRef, controllerName: 'example.com/gateway', conditions: [condition] }];
    return patch('httproute/carol', { status: { parents } }, '--subresource=status');
  };

  before(async () => {
    cluster = await startCluster({ dir: join(dir, 'cluster'), roles: 'api', progress: (line) => console.error(line) });
    backend = await startBackend({ name: 'carol-pods' });
    proxy = await startIngressProxy({ dir: join(dir, 'nginx'), routes: routes(HOST, NEW_HOST) });
    await cluster.kubectl(['create', 'namespace', 'shop']);
    await cluster.apply([service('carol', true), service('carol-v2', false)].join('---\n'));
    product = await startProduct({
      dir: join(dir, 'product'),
      config: { clusters: [{ name: 'main', kubeconfig: cluster.kubeconfig }], events: { enabled: true } },
    });
    const hosts = { [HOST]: '127.0.0.1', [NEW_HOST]: '127.0.0.1' };
    ribbon = await startRibbonClient({ eurekaUrl: product.eureka, dir: join(dir, 'ribbon'), hosts });
  });

  after(async () => {
    await ribbon?.stop();
    await product?.stop();
    await proxy?.stop();
    await backend?.stop();
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('is published where the definitions come after the start, before its Gateway has said anything', async () => {
    assert.match(await told('sources'), /"state":"synced"/);
    await installGatewayApi(cluster);
    await cluster.apply([gatewayObjects(proxy.port), httpRoute()].join('---\n'));
    await seen('the entry', `${HOST}:${proxy.port} UP`, 120_000);
    assert.match(await explained(), /has not accepted it yet/);
    await accept('True', 'Accepted');
    await until('the notice is gone', async () => !(await explained()).includes('has not accepted it yet'));
  });

  test('a Ribbon client calls it with the right Host header, and follows it to another host', async () => {
    await ribbon.waitForServers('carol', (servers) => servers.length === 1);
    const called = await ribbon.call('carol', 10);
    assert.deepEqual(called.backends, { 'carol-pods': 10 });
    assert.deepEqual(Object.keys(called.hosts), [`${HOST}:${proxy.port}`]);
    await patch('httproute/carol', { spec: { hostnames: [NEW_HOST] } });
    await seen('the other host', `${NEW_HOST}:${proxy.port} UP`);
    await ribbon.waitForServers(
      'carol',
      (servers) => servers.length === 1 && JSON.stringify(servers).includes(NEW_HOST),
    );
    assert.deepEqual(Object.keys((await ribbon.call('carol', 10)).hosts), [`${NEW_HOST}:${proxy.port}`]);
  });

  test('the API server accepts what is exported for a cluster: Services and HTTPRoutes', async () => {
    await cluster.kubectl(['create', 'namespace', 'callers']);
    for (const [format, made] of [
      ['services', /^service\/carol created/m],
      ['httproute?gateway=public', /^httproute\.gateway\.networking\.k8s\.io\/by-name-carol created/m],
    ] as const) {
      const { status, body } = await httpRequest(`${product.url}/eurek8s/export/${format}`);
      assert.equal(status, 200);
      const file = join(dir, 'exported.yaml');
      writeFileSync(file, body);
      const into = format === 'services' ? ['-n', 'callers'] : [];
      // Nobody is to follow them: the server checks them, and stores nothing.
      const words = ['apply', '--dry-run=server', '--validate=strict', ...into, '-f', file];
      assert.match(await cluster.kubectl(words), made);
    }
  });

  test('its Events tell kubectl what became of it', async () => {
    await described('httproute/carol', /Normal +Published .* published as CAROL, 1 entry, UP/);
    await cluster.apply(ingress('erin', ', eurek8s.io/traffic: half'));
    await described(
      'ingress/erin',
      /Warning +Refused .* not published as ERIN: bad-annotation: eurek8s.io\/traffic is/,
    );
    await cluster.kubectl(['delete', 'ingress/erin', '-n', 'shop']);
  });

  test('replicas make one Event of the same, and later a series of it', async () => {
    const uid = await cluster.kubectl(['get', 'httproute/carol', '-n', 'shop', '-o', 'jsonpath={.metadata.uid}']);
    const writer = (instance: string, ahead: number): ClusterEvents =>
      new ClusterEvents({
        cluster: {
          name: 'main',
          required: true,
          inCluster: false,
          kubeconfig: cluster.kubeconfig,
          context: undefined,
        },
        environment: process.env,
        clock: systemClock(() => Date.now() + ahead),
        log: SILENT_LOG,
        instance,
        uidOf: () => uid,
      });
    const about = { cluster: 'main', namespace: 'shop', kind: 'HTTPRoute', name: 'carol' } as const;
    const told = { app: appName('CAROL'), object: 'main/shop/httproute/carol', says: 'UP' };
    const event = {
      ...about,
      ...told,
      reason: 'StatusChanged',
      type: 'Normal',
      note: 'CAROL is what a test says',
    } as const;
    assert.equal(await writer('replica-1', 0).write(event), 'written');
    assert.equal(await writer('replica-2', 1_000).write(event), 'known');
    assert.equal(await writer('replica-1', 700_000).write(event), 'repeated');
    assert.equal(await writer('replica-2', 701_000).write(event), 'known');
    assert.equal(await writer('replica-2', 1_400_000).write(event), 'repeated');
    const events = ['get', 'events.events.k8s.io', '-n', 'shop', '-o', 'json'];
    const { items } = JSON.parse(await cluster.kubectl(events)) as {
      items: readonly { note: string; series?: { count: number } }[];
    };
    const same = items.filter(({ note }) => note === event.note).map(({ series }) => series?.count);
    assert.deepEqual(same, [3]);
    await described('httproute/carol', /Normal +StatusChanged .* CAROL is what a test says/);
  });

  test('the publish gate keeps one DOWN until the proxy knows its host', async () => {
    await cluster.apply(httpRoute('dave', DAVE, ', eurek8s.io/probe: require'));
    await until('its answer is shown', async () => (await told('explain/dave')).includes('answered 404'));
    assert.equal(await shown('DAVE'), `${DAVE}:${proxy.port} DOWN`);
    await proxy.setRoutes(routes(HOST, NEW_HOST, DAVE));
    await until('it is UP', async () => (await shown('DAVE')) === `${DAVE}:${proxy.port} UP`);
  });

  test('only backends with a weight count for its health', async () => {
    await setRule([
      ['carol', 0],
      ['carol-v2', 1],
    ]);
    await seen('calls go to what is not ready', `${NEW_HOST}:${proxy.port} DOWN`);
    await setRule([
      ['carol', 90],
      ['carol-v2', 10],
    ]);
    await seen('some of them are answered', `${NEW_HOST}:${proxy.port} UP`);
    assert.match(await explained(), /calls are shared by weight: carol 90, carol-v2 10/);
  });

  test('a listener moves to another port, and takes other hosts', async () => {
    await cluster.apply(gatewayObjects(8088));
    await seen('the other port', `${NEW_HOST}:8088 UP`);
    await cluster.apply(gatewayObjects(8088, '*.gw.example.test'));
    await seen('no listener has the host', '');
    assert.match(await explained(), /"code":"no-listener"/);
    await cluster.apply(gatewayObjects(proxy.port));
    await seen('as it was', `${NEW_HOST}:${proxy.port} UP`);
  });

  test('what its Gateway does not accept is refused in its words', async () => {
    await accept('False', 'NoMatchingListenerHostname');
    await seen('it is refused', '');
    assert.match(await explained(), /"code":"not-accepted".*NoMatchingListenerHostname/);
    await accept('True', 'Accepted');
    await seen('accepted again', `${NEW_HOST}:${proxy.port} UP`);
  });

  test('an Ingress of the same application is one owner with it, and is served while it is not UP', async () => {
    await cluster.apply(ingress());
    await until('both are known', async () => (await explained()).includes('"code":"in-transition"'));
    await seen('the HTTPRoute is UP', `${NEW_HOST}:${proxy.port} UP`);
    await setRule([['carol-v2', 1]]);
    await seen('the Ingress until it is', 'carol.k8s.example.test:80 UP');
    await described('ingress/carol', /Normal +Published .* published as CAROL, 1 entry, UP/);
    await setRule([['carol', 1]]);
    await seen('the HTTPRoute again', `${NEW_HOST}:${proxy.port} UP`);
    await cluster.kubectl(['delete', 'ingress/carol', '-n', 'shop']);
  });

  test('it stays as last known when the definitions are removed, and is followed again with them', async () => {
    await cluster.kubectl(['delete', 'crd', '--wait=true', ...GONE]);
    await until('the source says so', async () => (await told('sources')).includes('"state":"stale"'));
    assert.equal(await shown(), `${NEW_HOST}:${proxy.port} UP`);
    await installGatewayApi(cluster);
    await cluster.apply([gatewayObjects(proxy.port), httpRoute()].join('---\n'));
    await seen('the new one', `${HOST}:${proxy.port} UP`, 120_000);
  });
});

const GONE = ['httproutes.gateway.networking.k8s.io', 'gateways.gateway.networking.k8s.io'];

function service(name: string, ready: boolean): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, namespace: shop, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: http, port: 8080 }]
endpoints: [{ addresses: [10.42.0.1], conditions: { ready: ${ready} } }]
`;
}

function gatewayObjects(port: number, hostname?: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: example }
spec: { controllerName: example.com/gateway }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  gatewayClassName: example
  listeners: [{ name: http, port: ${port}, protocol: HTTP${hostname === undefined ? '' : `, hostname: "${hostname}"`} }]
`;
}

function httpRoute(name = 'carol', host = HOST, more = ''): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${name}
  namespace: shop
  annotations: { eurek8s.io/publish: "true", eurek8s.io/address: 127.0.0.1${more} }
spec:
  parentRefs: [{ name: public }]
  hostnames: [${host}]
  rules: [{ backendRefs: [{ name: carol, port: 80 }] }]
`;
}

function ingress(name = 'carol', more = ''): string {
  const backend = '{ service: { name: carol, port: { number: 80 } } }';
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations: { eurek8s.io/publish: "true", eurek8s.io/address: 127.0.0.1${more} }
spec:
  rules:
    - host: ${name}.k8s.example.test
      http: { paths: [{ path: /, pathType: Prefix, backend: ${backend} }] }
`;
}
