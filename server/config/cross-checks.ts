import type { OptionKey, Values } from './options.ts';
import type { InnerPath, Problem } from './problem.ts';

/** A problem between options each of which is valid on its own. */
export interface Contradiction {
  /** The option to blame; the message names where it was given. */
  readonly key: OptionKey;
  readonly path: InnerPath;
  readonly message: string;
}

interface CrossCheck {
  /** Skipped when one of these has a problem of its own: the consequence would only confuse. */
  readonly keys: readonly OptionKey[];
  readonly find: (values: Values) => readonly Contradiction[];
}

const checks: readonly CrossCheck[] = [
  { keys: ['clusters', 'manifests'], find: repeatedNames },
  { keys: ['legacy.urls'], find: repeatedUrls },
  {
    keys: ['legacy.urls', 'leases.enabled'],
    find: (values) =>
      values['leases.enabled'] && values['legacy.urls'].length > 0
        ? [
            contradiction(
              'leases.enabled',
              'cannot be combined with legacy.urls: registrations would be kept in two places',
            ),
          ]
        : [],
  },
  {
    keys: ['legacy.urls', 'legacy.peerFeed'],
    find: (values) =>
      values['legacy.peerFeed'] && values['legacy.urls'].length === 0
        ? [
            contradiction(
              'legacy.peerFeed',
              'needs legacy.urls: what the legacy pushes is reconciled with what it lists',
            ),
          ]
        : [],
  },
  { keys: ['legacy.publish', 'legacy.urls', 'legacy.required', 'readOnly'], find: publishProblems },
  {
    keys: ['listen.tls.cert', 'listen.tls.key'],
    find: (values) => halfPair(values, 'listen.tls.cert', 'listen.tls.key'),
  },
  {
    keys: ['legacy.tls.cert', 'legacy.tls.key'],
    find: (values) => halfPair(values, 'legacy.tls.cert', 'legacy.tls.key'),
  },
  {
    keys: ['listen.tls.cert', 'listen.tls.clientAuth', 'listen.tls.clientCa', 'listen.tls.port', 'listen.port'],
    find: listenTlsProblems,
  },
  {
    keys: ['legacy.pollInterval', 'legacy.fullInterval'],
    find: (values) =>
      values['legacy.fullInterval'] < values['legacy.pollInterval']
        ? [contradiction('legacy.fullInterval', 'must not be shorter than legacy.pollInterval')]
        : [],
  },
];

/** The contradictions between `values`; checks with an option in `failed` are skipped. */
export function contradictions(values: Values, failed: ReadonlySet<OptionKey>): readonly Contradiction[] {
  return checks.filter(({ keys }) => !keys.some((key) => failed.has(key))).flatMap(({ find }) => find(values));
}

const SOURCE_KEYS: readonly OptionKey[] = ['legacy.urls', 'clusters', 'manifests', 'leases.enabled'];

/** The problem of a server without any source. */
export const NO_SOURCE: Pick<Problem, 'message' | 'advice'> = {
  message: 'there is nothing to serve; give at least one source:',
  advice: [
    '  legacy.urls     a Eureka to take over from:   --legacy.urls http://eureka-1:8761/eureka',
    "  clusters        Kubernetes clusters:          --clusters '{ name: main, kubeconfig: FILE, context: NAME }'",
    "  manifests       a directory of YAML files:    --manifests '{ name: local, directory: DIR }'",
    '  leases.enabled  a registry of our own:        --leases.enabled true',
    'each also as key of the file (--config FILE) or as environment variable (EUREK8S_LEGACY_URLS, …)',
  ],
};

/** Whether no source is given; false while an option that gives one has failed. */
export function lacksSource(values: Values, failed: ReadonlySet<OptionKey>): boolean {
  if (SOURCE_KEYS.some((key) => failed.has(key))) return false;
  const { clusters, manifests } = values;
  return values['legacy.urls'].length + clusters.length + manifests.length === 0 && !values['leases.enabled'];
}

function publishProblems(values: Values): readonly Contradiction[] {
  if (!values['legacy.publish']) return [];
  const problem = (message: string): Contradiction => contradiction('legacy.publish', message);
  if (values['legacy.urls'].length === 0) return [problem('needs legacy.urls: that is where entries are registered')];
  return [
    ...(values.readOnly ? [problem('cannot be combined with readOnly: it writes to the legacy')] : []),
    // Before the legacy was seen, entries inherit nothing from the instances that are registered there.
    ...(values['legacy.required'] ? [] : [problem('cannot be combined with legacy.required: false')]),
  ];
}

/** A certificate without its key is none. */
function halfPair(
  values: Values,
  cert: 'listen.tls.cert' | 'legacy.tls.cert',
  key: 'listen.tls.key' | 'legacy.tls.key',
): readonly Contradiction[] {
  if ((values[cert] === undefined) === (values[key] === undefined)) return [];
  const [given, missing] = values[cert] === undefined ? [key, cert] : [cert, key];
  return [contradiction(given, `needs ${missing}`)];
}

function listenTlsProblems(values: Values): readonly Contradiction[] {
  const { 'listen.tls.clientAuth': clientAuth, 'listen.tls.clientCa': clientCa, 'listen.tls.port': port } = values;
  const found: Contradiction[] = [];
  if (clientAuth !== 'none' && clientCa === undefined)
    found.push(contradiction('listen.tls.clientAuth', `${clientAuth} needs listen.tls.clientCa`));
  if (port !== 0 && port === values['listen.port'])
    found.push(contradiction('listen.tls.port', 'is that of listen.port: leave it out, and that one speaks TLS'));
  if (values['listen.tls.cert'] !== undefined) return found;
  for (const [key, isGiven] of [
    ['listen.tls.clientCa', clientCa !== undefined],
    ['listen.tls.clientAuth', clientAuth !== 'none'],
    ['listen.tls.port', port !== 0],
  ] as const)
    if (isGiven) found.push(contradiction(key, 'needs listen.tls.cert'));
  return found;
}

/** Clusters and manifests share one name space: entries carry `name/namespace/ingress`, and ids are made from it. */
function repeatedNames(values: Values): readonly Contradiction[] {
  const seen = new Map<string, string>();
  const found: Contradiction[] = [];
  for (const key of ['clusters', 'manifests'] as const) {
    for (const [position, { name }] of values[key].entries()) {
      const earlier = seen.get(name);
      if (earlier === undefined) seen.set(name, `${key}[${position}]`);
      else found.push({ key, path: [position, 'name'], message: `"${name}" is already the name of ${earlier}` });
    }
  }
  return found;
}

/** The same URL twice looks like a fail-over and is none. With another password it is another attempt. */
function repeatedUrls(values: Values): readonly Contradiction[] {
  const seen = new Map<string, number>();
  const found: Contradiction[] = [];
  for (const [position, url] of values['legacy.urls'].entries()) {
    const earlier = seen.get(url);
    if (earlier === undefined) seen.set(url, position);
    else {
      const message = `is the same Eureka as legacy.urls[${earlier}]: name each once`;
      found.push({ key: 'legacy.urls', path: [position], message });
    }
  }
  return found;
}

function contradiction(key: OptionKey, message: string): Contradiction {
  return { key, path: [], message };
}
