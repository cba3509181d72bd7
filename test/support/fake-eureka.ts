import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { freePort } from '../testbed/ports.ts';
import { FaultSwitches, trickle, type Fault, type FaultScope } from './fake-eureka-faults.ts';
import { FakeRegistry, type InstanceJson, type Listing } from './fake-eureka-registry.ts';
import { instanceXml, listingXml } from './fake-eureka-xml.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An answer of something in front of the server. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A small Eureka on loopback with fault switches; its base URL is `url`. */
export class FakeEureka {
  readonly registry = new FakeRegistry();
  readonly requests: SeenRequest[] = [];
  /** Milliseconds for which `apps` and `apps/delta` repeat their last answer. */
  listCacheMs = 0;
  /** Milliseconds that each write takes. */
  writeDelayMs = 0;
  maxWritesAtOnce = 0;
  /** How many of the next requests find their connection closed, as happens to idle connections. */
  drops = 0;
  /** The answer of a balancer in front of the server; `undefined`: it passes the request on. */
  front: (request: SeenRequest) => Reply | undefined = () => undefined;
  readonly #faults = new FaultSwitches();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  readonly #port: number;
  #cache: { readonly at: number; readonly full: Listing; readonly delta: Listing } | undefined;
  #writesNow = 0;

  private constructor(port: number) {
    this.#port = port;
  }

  /** Without `listen` the port is only reserved, for a late start. */
  static async start(): Promise<FakeEureka> {
    const fake = new FakeEureka(await freePort());
    await fake.listen();
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/eureka`;
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  fail(fault: Fault, scope: FaultScope = 'all'): void {
    this.#faults.on(fault, scope);
  }

  heal(): void {
    this.#faults.clear();
  }

  /** Listens on its port, for the first time or again. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#handle(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }

  /** The next lists show the present registry. */
  refreshLists(): void {
    this.#cache = undefined;
  }

  /** Requests for registry lists so far. */
  count(path: 'apps/' | 'apps/delta'): number {
    return this.requests.filter(({ url }) => url === `/eureka/${path}`).length;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { method = 'GET', url = '/', headers } = request;
    const seen = { method, url, headers, body };
    this.requests.push(seen);
    const instead = this.front(seen);
    if (instead !== undefined) response.writeHead(instead.status, instead.headers).end(instead.body);
    else if (this.drops > 0) {
      this.drops--;
      response.socket?.destroy();
    } else if (method === 'GET') this.#read(request, response);
    else await this.#writeOne(method, url, body, response);
  }

  #read(request: IncomingMessage, response: ServerResponse): void {
    if (this.#faults.answer('reads', response)) return;
    const path = new URL(request.url ?? '/', this.url).pathname.replace('/eureka/', '');
    const json = (request.headers.accept ?? '').includes('json');
    if (json && this.#faults.has('xml-only', 'reads')) return void response.writeHead(406).end();
    const [, app = '', id] = path.split('/').map(decodeURIComponent);
    if (id !== undefined && id !== '') return this.#readInstance(app, id, json, response);
    if (app === 'delta' && this.#faults.has('no-delta', 'reads')) return void response.writeHead(403).end();
    let listing = app === 'delta' ? this.#listings().delta : this.#listings().full;
    if (this.#faults.has('empty', 'reads')) listing = { hash: '', applications: [] };
    if (this.#faults.has('short-list', 'reads')) listing = shortened(listing);
    const useless = app === 'delta' && this.#faults.has('useless-delta', 'reads');
    const emptyDelta = useless || (app === 'delta' && this.#faults.has('empty-delta', 'reads'));
    if (emptyDelta) listing = { hash: useless ? '' : 'UP_4711_', applications: [] };
    if (app !== 'delta' && this.#faults.has('hollow', 'reads')) listing = { ...listing, applications: [] };
    if (app !== 'delta' && this.#faults.has('partial', 'reads')) listing = firstOfEach(listing);
    const wrong = this.#faults.has('wrong-hash', 'reads') ? 'UP_0_' : undefined;
    const hash = this.#faults.has('high-hash', 'reads') ? 'UP_4711_' : (wrong ?? listing.hash);
    const { applications } = listing;
    const document = { applications: { versions__delta: '1', apps__hashcode: hash, application: applications } };
    this.#sendList(json ? JSON.stringify(document) : listingXml(listing, hash), json, response);
  }

  #readInstance(app: string, id: string, json: boolean, response: ServerResponse): void {
    const instance = this.registry.find(app, id);
    if (instance === undefined) return refuse(404, response);
    response.end(json ? JSON.stringify({ instance }) : instanceXml(instance));
  }

  #listings(): { readonly full: Listing; readonly delta: Listing } {
    const now = Date.now();
    if (this.#cache === undefined || now - this.#cache.at >= this.listCacheMs)
      this.#cache = { at: now, full: this.registry.full(), delta: this.registry.delta() };
    return this.#cache;
  }

  #sendList(text: string, json: boolean, response: ServerResponse): void {
    response.setHeader('Content-Type', json ? 'application/json' : 'application/xml');
    if (this.#faults.has('truncated', 'reads')) return void response.end(text.slice(0, text.length / 2));
    if (this.#faults.has('stall', 'reads')) return void response.write(text.slice(0, 20));
    if (this.#faults.has('reset', 'reads')) {
      response.write(text.slice(0, 20), () => setTimeout(() => response.socket?.resetAndDestroy(), 5));
      return;
    }
    if (this.#faults.has('slow', 'reads')) return trickle(text, response);
    response.setHeader('Content-Encoding', 'gzip');
    response.end(gzipSync(this.#faults.has('bomb', 'reads') ? `${text}${' '.repeat(64 * 1024 * 1024)}` : text));
  }

  async #writeOne(method: string, url: string, body: string, response: ServerResponse): Promise<void> {
    if (this.#faults.answer('writes', response)) return;
    this.maxWritesAtOnce = Math.max(this.maxWritesAtOnce, ++this.#writesNow);
    if (this.writeDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.writeDelayMs));
    this.#writesNow--;
    const status = this.#write(method, new URL(url, this.url), body);
    if (status >= 400) refuse(status, response);
    else response.writeHead(status).end();
  }

  #write(method: string, url: URL, body: string): number {
    const [, app = '', id = '', what] = url.pathname.replace('/eureka/', '').split('/').map(decodeURIComponent);
    const value = url.searchParams.get('value') ?? 'UNKNOWN';
    if (method === 'POST') {
      this.registry.register((JSON.parse(body) as { readonly instance: InstanceJson }).instance);
      return 204;
    }
    const known =
      what === undefined
        ? method === 'DELETE'
          ? this.registry.remove(app, id)
          : this.registry.find(app, id) !== undefined
        : what === 'metadata'
          ? this.registry.setMetadata(app, id, Object.fromEntries(url.searchParams))
          : method === 'PUT'
            ? this.registry.setStatus(app, id, value)
            : this.registry.removeStatus(app, id, value);
    return known ? 200 : 404;
  }
}

function shortened({ hash, applications }: Listing): Listing {
  return { hash, applications: applications.map((each) => ({ ...each, instance: each.instance.slice(0, -1) })) };
}

/** Refuses as stock servers do: without a body, but with a content type. */
function refuse(status: number, response: ServerResponse): void {
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': '0' }).end();
}

/** A registration as a Java client sends it. */
export function registration(app: string, id: string, changes: Readonly<Record<string, unknown>> = {}): InstanceJson {
  return {
    instanceId: id,
    hostName: 'node7.corp.example',
    app,
    ipAddr: '10.20.0.7',
    status: 'UP',
    overriddenStatus: 'UNKNOWN',
    port: { $: 8080, '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    countryId: 1,
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
    metadata: { zone: 'dc1' },
    vipAddress: app.toLowerCase(),
    isCoordinatingDiscoveryServer: 'false',
    lastUpdatedTimestamp: '1750000000000',
    lastDirtyTimestamp: '1750000000100',
    ...changes,
  };
}

function firstOfEach({ hash, applications }: Listing): Listing {
  return { hash, applications: applications.map(({ name, instance }) => ({ name, instance: instance.slice(0, 1) })) };
}
