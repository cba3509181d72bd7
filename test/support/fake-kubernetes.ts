import { createServer, type Server, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { freePort } from '../testbed/ports.ts';
import { sendJson, sendStatus, type Request, type Response } from './fake-kubernetes/answer.ts';
import { certificate } from './fake-kubernetes/certificate.ts';
import { ClusterState, GATEWAY_KINDS, GROUPS, PLURALS } from './fake-kubernetes/cluster-state.ts';
import type { ApiCall, ListFault, WatchFault } from './fake-kubernetes/faults.ts';
import { Lists } from './fake-kubernetes/list-answer.ts';
import { answerWatch } from './fake-kubernetes/watch-answer.ts';

export type Transport = 'http1' | 'tls-http2';

/**
 * An API server on loopback for the kinds that we watch. It has a switch for every known misbehaviour of real API servers
 * and of what stands in front of them. Real servers speak HTTP/2 over TLS, so both transports are offered.
 */
export class FakeKubernetes {
  readonly state = new ClusterState();
  readonly calls: ApiCall[] = [];
  /** Returns the fault to play instead of the answer to a watch or a list. */
  watchFault: (call: ApiCall) => WatchFault | undefined = () => undefined;
  listFault: (call: ApiCall) => ListFault | undefined = () => undefined;
  allowed: (call: Pick<ApiCall, 'verb' | 'kind' | 'namespace'>) => boolean = () => true;
  /** When it is set, everything is served below this path only, as by a gateway in front of many clusters. */
  prefix = '';
  /** Kinds that this API server has in another version only. */
  absentKinds: readonly string[] = [];
  /** Which definitions of the Gateway API are installed. `going`: they are being deleted, and so are their objects. */
  gatewayApi: 'absent' | 'installed' | 'going' = 'absent';
  /** How often the resources of a group were asked for. */
  discoveries = 0;
  gitVersion = 'v1.36.1';
  /** When it is set, requests without this bearer token get 401. */
  token: string | undefined;
  bookmarkEvery = 60_000;
  /** How much older the versions of lists are than those of events, as of servers where they cannot be compared. */
  listsBehind = 0;
  /** When it is set, each new TCP connection is reset before a byte is exchanged. */
  resetsAll = false;
  /** How many TCP connections were ever accepted. */
  accepted = 0;
  readonly #transport: Transport;
  readonly #lists = new Lists(this.state);
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Map<() => void, ApiCall>();
  #server: Server | Http2SecureServer | undefined;
  readonly #port: number;

  private constructor(transport: Transport, port: number) {
    this.#transport = transport;
    this.#port = port;
  }

  static async start(transport: Transport = 'http1'): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes(transport, await freePort());
    await fake.listen();
    return fake;
  }

  get url(): string {
    return `${this.#transport === 'http1' ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  /** How many TCP connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  openWatches(kind?: string): number {
    return [...this.#watches.values()].filter((call) => kind === undefined || call.kind === kind).length;
  }

  callsOf(verb: ApiCall['verb'], kind: string): readonly ApiCall[] {
    return this.calls.filter((call) => call.verb === verb && call.kind === kind);
  }

  /** Ends open watches regularly. The next ones get the fault that is set by then. */
  endWatches(): void {
    for (const end of this.#watches.keys()) end();
  }

  /** Resets all open connections. */
  resetConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Listens again after `refuse`, on the same port. */
  async listen(): Promise<void> {
    const handle = (request: Request, response: ServerResponse | Http2ServerResponse): void =>
      this.#handle(request, response as ServerResponse);
    const server =
      this.#transport === 'http1'
        ? createServer(handle)
        : createSecureServer({ ...certificate(), allowHTTP1: true }, handle).on('sessionError', () => undefined);
    server.on('connection', (socket: Socket) => {
      this.accepted += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      if (this.resetsAll) socket.resetAndDestroy();
    });
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
  }

  /** As if the process were gone: open connections are reset, and new ones are refused. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
    this.resetConnections();
    await closed;
  }

  async stop(): Promise<void> {
    await this.refuse();
  }

  /** A kubeconfig with the contexts `fake` (current) and `other`. */
  kubeconfig(user: object = { token: 'secret' }, cluster: object = {}): string {
    const tls =
      this.#transport === 'http1'
        ? { 'insecure-skip-tls-verify': true }
        : { 'certificate-authority-data': Buffer.from(certificate().cert).toString('base64') };
    // JSON is YAML, too.
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'fake', cluster: { server: this.url, ...tls, ...cluster } }],
      users: [{ name: 'me', user }],
      contexts: ['fake', 'other'].map((name) => ({ name, context: { cluster: 'fake', user: 'me' } })),
      'current-context': 'fake',
    });
  }

  #handle(request: Request, response: Response): void {
    const url = new URL(request.url ?? '/', this.url);
    response.on('error', () => undefined);
    if (!url.pathname.startsWith(`${this.prefix}/`)) return sendStatus(response, 404, `no ${url.pathname}`);
    url.pathname = url.pathname.slice(this.prefix.length);
    if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      return sendStatus(response, 401, 'Unauthorized');
    }
    if (url.pathname.endsWith('/selfsubjectaccessreviews')) return this.#review(request, response);
    if (url.pathname === '/version') return sendJson(response, 200, { gitVersion: this.gitVersion });
    const group = /^\/(?:api|apis\/([^/]+))\/v1$/.exec(url.pathname);
    if (group !== null) return this.#resources(group[1] ?? '', response);
    const call = readCall(url, request.headers['user-agent']);
    if (call === undefined || this.#isAbsent(call.kind)) return sendStatus(response, 404, `no ${url.pathname}`);
    this.calls.push(call);
    const verb = call.verb === 'version' ? 'list' : call.verb;
    if (!this.allowed({ ...call, verb })) {
      const where = call.namespace === undefined ? 'at the cluster scope' : `in the namespace "${call.namespace}"`;
      return sendStatus(response, 403, `${PLURALS[call.kind]} is forbidden: User "me" cannot ${verb} ${where}`);
    }
    if (verb === 'list') return this.#lists.answer(call, this.listFault(call), this, request, response);
    const end = answerWatch(this.state, call, this.watchFault(call), this, request, response);
    if (response.writableEnded) return;
    this.#watches.set(end, call);
    response.on('close', () => this.#watches.delete(end));
  }

  #isAbsent(kind: string): boolean {
    return this.absentKinds.includes(kind) || (this.gatewayApi === 'absent' && GATEWAY_KINDS.includes(kind));
  }

  #verbs(): readonly string[] {
    const always = ['delete', 'get', 'list', 'watch'];
    return this.gatewayApi === 'going' ? always : ['create', ...always];
  }

  /** Lists the kinds that the group has in v1. */
  #resources(group: string, response: Response): void {
    this.discoveries += 1;
    const kinds = Object.keys(PLURALS).filter((kind) => GROUPS[kind] === group && !this.#isAbsent(kind));
    if (kinds.length === 0) return sendStatus(response, 404, 'the server could not find the requested resource');
    const resources = kinds.map((kind) => ({ name: PLURALS[kind], kind, verbs: this.#verbs() }));
    sendJson(response, 200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/v1`, resources });
  }

  #review(request: Request, response: Response): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const review = JSON.parse(Buffer.concat(chunks).toString());
      const { verb, resource, namespace } = review.spec.resourceAttributes;
      const kind = kindOf(resource) ?? '';
      sendJson(response, 201, { ...review, status: { allowed: this.allowed({ verb, kind, namespace }) } });
    });
  }
}

function readCall(url: URL, userAgent: string | undefined): ApiCall | undefined {
  const match = /^\/(?:api|apis\/[^/]+)\/v1(?:\/namespaces\/([^/]+))?\/([a-z]+)$/.exec(url.pathname);
  const kind = kindOf(match?.[2] ?? '');
  if (match === null || kind === undefined) return undefined;
  const query = url.searchParams;
  return { verb: verbOf(query), kind, namespace: match[1], query, userAgent, at: performance.now() };
}

function verbOf(query: URLSearchParams): ApiCall['verb'] {
  if (query.get('watch') === 'true') return 'watch';
  return query.get('limit') === '1' ? 'version' : 'list';
}

function kindOf(plural: string): string | undefined {
  return Object.entries(PLURALS).find(([, value]) => value === plural)?.[0];
}
