/**
 * The folders of `shared` and `server`: what each is, and what it may import. The test of the imports reads this
 * table, and `npm run docs` writes it into docs/architecture.md, so that page and code cannot differ.
 */
export interface Folder {
  readonly folder: string;
  readonly what: string;
  /** Folders that it may import besides itself. A trailing `*` stands for all folders below. */
  readonly imports: readonly string[];
  readonly packages: readonly string[];
  /** The modules of Node that it may import. */
  readonly node: readonly string[] | 'all';
}

const MODEL = 'shared/model';
const PORTS = 'server/ports';
const LEGACY = 'server/sources/legacy';

export const FOLDERS: readonly Folder[] = [
  pure('shared', 'Result, time slices and the text of an error, for all folders', []),
  pure(MODEL, 'the instance and its field table, names, order; what a peer replicates', []),
  pure('shared/text', 'text for people: similar words, hidden secrets, printable text', ['shared']),
  pure('shared/yaml', 'what is wrong with a text in YAML, for people', ['shared'], ['yaml']),
  pure('shared/collections', 'lists and maps that share what did not change', [MODEL]),
  pure('shared/data', 'tolerant access to unchecked JSON and YAML, equality and exact JSON of plain data', []),
  pure('shared/address', 'IP addresses, networks and host names: the one grammar', ['shared'], [], ['node:net']),
  pure(
    'shared/codec',
    'JSON and XML, in and out, full and compact',
    ['shared', MODEL, 'shared/data'],
    ['fast-xml-parser'],
  ),
  pure('shared/contribution', 'what a source contributes to an application: instances, publications, refusals', [
    'shared',
    MODEL,
    'shared/text',
  ]),
  pure('shared/auth', 'who may do what: credentials, rights, where a request comes from', [
    'shared',
    MODEL,
    'shared/text',
    'shared/data',
    'shared/address',
  ]),
  pure('shared/config', 'the type of the parsed configuration', [MODEL, 'shared/contribution', 'shared/auth']),
  pure('shared/guard', 'the brake and the removal guard, which keep mass removals back', [
    MODEL,
    'shared/text',
    'shared/data',
    'shared/config',
  ]),
  pure('shared/ingress', 'stripped cluster objects, annotations, health, Ingress → what it says of its entry', [
    'shared',
    MODEL,
    'shared/address',
    'shared/text',
    'shared/collections',
    'shared/data',
    'shared/contribution',
    'shared/config',
  ]),
  pure('shared/gateway', 'HTTPRoute → what it says of its entry: listeners, hosts, rules, backends, rivals', [
    'shared',
    MODEL,
    'shared/address',
    'shared/contribution',
    'shared/ingress',
  ]),
  pure('shared/derivation', 'Ingress or HTTPRoute → publication or refusal; what is kept when objects go', [
    'shared',
    MODEL,
    'shared/text',
    'shared/data',
    'shared/contribution',
    'shared/ingress',
    'shared/gateway',
  ]),
  pure('shared/registry', 'merge, dial, diff, delta, hash code, snapshot, look-ups', [
    MODEL,
    'shared/collections',
    'shared/data',
    'shared/address',
    'shared/contribution',
    'shared/config',
  ]),
  pure(
    'shared/publish',
    'which requests bring the legacy to what is wanted there; what an entry looks like as a registration',
    [MODEL],
  ),
  pure('shared/lease', 'the lease rules of our own registry', [MODEL, 'shared/data']),
  pure('shared/registry-file', 'the text of the file that keeps the registry for a restart, and what of it counts', [
    'shared',
    MODEL,
    'shared/text',
    'shared/data',
    'shared/codec',
    'shared/contribution',
    'shared/registry',
  ]),
  pure('shared/history', 'what changed from one snapshot to the next, why, and the way back', [
    MODEL,
    'shared/data',
    'shared/registry',
  ]),
  pure('shared/census', 'who asks what: the callers, and what their requests mean', [
    'shared',
    MODEL,
    'shared/registry',
    'shared/text',
    'shared/address',
  ]),
  pure('shared/whatif', 'what a caller would choose among, by the rules of its client', [
    MODEL,
    'shared/text',
    'shared/contribution',
    'shared/registry',
  ]),
  pure('shared/api', 'what people read: explain, sources, holds, summary, as data and as text', [
    'shared',
    MODEL,
    'shared/census',
    'shared/history',
    'shared/text',
    'shared/address',
    'shared/contribution',
    'shared/guard',
    'shared/registry',
    'shared/publish',
  ]),
  pure('shared/export', 'the 1:1 mapping as configuration of clients without a registry', [
    'shared',
    MODEL,
    'shared/text',
    'shared/contribution',
    'shared/census',
    'shared/registry',
  ]),
  pure('shared/shadow', 'two registries as their clients see them: what differs for too long, and what it costs', [
    MODEL,
    'shared/text',
    'shared/data',
    'shared/codec',
    'shared/registry',
  ]),
  pure('shared/openapi', 'the description of the operations API for programs', [
    MODEL,
    'shared/text',
    'shared/contribution',
    'shared/census',
    'shared/history',
    'shared/export',
    'shared/api',
    'shared/whatif',
  ]),
  pure(
    'shared/dashboard',
    'what the pages show: rows of the lists and how they are looked at, the overview, callers, the past, zones, news',
    ['shared', MODEL, 'shared/text', 'shared/registry', 'shared/history', 'shared/api', 'shared/whatif'],
  ),
  pure('shared/top', 'the view for terminals: keys, lists and their columns, what is on the screen', [
    'shared/text',
    'shared/api',
  ]),
  edge(PORTS, 'what the edges implement: clock, log, metrics, source, resolver, writes', [], [], []),
  edge('server/hub', 'the single writer: contributions in, snapshots out', [PORTS], [], []),
  edge('server/history', 'the changes of the last hour, and the registry as it was', [PORTS], [], []),
  edge('server/census', 'counts the callers, at next to no cost for a request', [PORTS]),
  edge('server/derivation', 'drives `shared/derivation` from object changes, DNS and time', [PORTS], [], []),
  edge(
    LEGACY,
    'the legacy Eureka as a source: when it is polled, what the hub gets, what people see',
    [PORTS, `${LEGACY}/wire`, `${LEGACY}/view`, `${LEGACY}/poll`, `${LEGACY}/write`, `${LEGACY}/publish`],
    [],
    [],
  ),
  edge(`${LEGACY}/wire`, 'one exchange with a legacy server, and which server is next', [PORTS], ['undici']),
  edge(`${LEGACY}/view`, 'rounds and writes in, contributions out; no I/O', [`${LEGACY}/wire`], [], []),
  edge(`${LEGACY}/poll`, 'which fetch is next: delta or full', [PORTS, `${LEGACY}/wire`, `${LEGACY}/view`], [], []),
  edge(`${LEGACY}/write`, 'writes out, pushed changes in', [PORTS, `${LEGACY}/wire`, `${LEGACY}/view`], [], []),
  edge(
    `${LEGACY}/publish`,
    'synthetic entries, registered in the legacy',
    [PORTS, `${LEGACY}/wire`, `${LEGACY}/write`],
    [],
    [],
  ),
  edge('server/sources/leases', 'the registry of our own', [PORTS], [], []),
  edge(
    'server/sources/kubernetes',
    'one cluster, by list and watch',
    [PORTS, 'server/files'],
    ['@kubernetes/client-node', 'undici', 'yaml'],
  ),
  edge('server/sources/manifests', 'a directory of YAML files', [PORTS, 'server/derivation', 'server/files'], ['yaml']),
  edge('server/registry-file', 'reads and writes the registry file, in one piece or not at all', [
    PORTS,
    'server/files',
  ]),
  edge(
    'server/encode',
    'snapshot → bytes: segments, the gzip splice, caches',
    [],
    ['lru-cache'],
    ['node:util', 'node:zlib'],
  ),
  edge('server/writes', 'what every write passes before it reaches a registry', [PORTS], [], []),
  edge('server/probe', 'asks load balancers whether they serve a host', [PORTS]),
  edge('server/dns', 'names to addresses, last good kept', [PORTS], ['cacheable-lookup']),
  edge('server/http', 'routes, negotiation, answers without a body', [PORTS, 'server/encode'], ['fastify']),
  edge(
    'server/dashboard',
    'pages for people: whole without JavaScript, and the stream that keeps them up to date',
    [PORTS, 'server/http', 'server/dashboard/view'],
    ['fastify', 'preact', 'preact-render-to-string', 'esbuild'],
  ),
  edge('server/dashboard/view', 'pages as elements, the same on the server and in the browser', [], ['preact'], []),
  edge(
    'server/dashboard/browser',
    'what goes on in the browser: it follows the stream, and keeps the list',
    ['server/dashboard/view'],
    ['preact'],
    [],
  ),
  edge('server/files', 'small files that are followed: what cannot be used leaves the last good in force', [PORTS]),
  edge(
    'server/auth',
    'every request passes here first: whether it may be asked at all',
    [PORTS, 'server/files'],
    ['yaml'],
  ),
  edge('server/tls', 'certificates and keys, checked; what certificates clients show', [PORTS, 'server/files']),
  edge('server/observe', 'log and metrics', [PORTS], ['pino', '@prometheus-io/client']),
  edge('server/config', 'options: read, checked, explained', [], ['typebox', 'yaml']),
  edge(
    'server/system',
    'real timers, a clock that nobody sets, time slices, how many files may be open, how far the heap may grow',
    [PORTS],
    [],
    ['node:fs', 'node:v8'],
  ),
  edge('server/wiring', 'builds the object graph of a configuration', ['server/*']),
  edge(
    'server/cli',
    'commands',
    [
      PORTS,
      'server/config',
      'server/sources/*',
      'server/observe',
      'server/auth',
      'server/files',
      'server/tls',
      'server/registry-file',
      'server/system',
    ],
    ['commander', 'undici'],
  ),
  edge('server/demo', 'the miniature of `npm start`', [PORTS, 'server/cli', 'server/config'], ['undici', 'yaml']),
  edge(
    'server/launch',
    'how the image begins: the bundle, with the code that was compiled when the image was built',
    [],
  ),
  edge('server', '`main.ts`, the only file that reads the process', ['server/*']),
];

function pure(
  folder: string,
  what: string,
  imports: readonly string[],
  packages: readonly string[] = [],
  node: Folder['node'] = [],
): Folder {
  return { folder, what, imports, packages, node };
}

/** An edge may import all of the core. */
function edge(
  folder: string,
  what: string,
  imports: readonly string[],
  packages: readonly string[] = [],
  node: Folder['node'] = 'all',
): Folder {
  return { folder, what, imports: ['shared/*', ...imports], packages, node };
}
