import { PROBE_MODES } from '../../shared/contribution/probe.ts';
import { CLIENT_AUTH, OWNERSHIP_MODES } from '../../shared/config/config.ts';
import { right, RIGHTS } from '../../shared/auth/rights.ts';
import { FIXED_TRAFFIC_ALLOWED, FIXED_TRAFFIC_PATTERN, parseFixedTraffic } from '../../shared/contribution/traffic.ts';
import { LABEL_SELECTOR_PATTERN, parseLabelSelector } from '../../shared/ingress/label-selector.ts';
import { ok } from '../../shared/result.ts';
import { choice, duration, judged, list, parsed, percent, truth, wholeNumber, type Kind } from './kinds.ts';
import { baseUrls } from './base-urls.ts';
import { DNS_LABEL_PATTERN, dnsLabel, FILE_PATTERN, filePathOrNone, listenHost, network, word } from './names.ts';
import { CIDR_PATTERN, LISTEN_HOST_PATTERN, WORD_PATTERN } from './text-patterns.ts';
import { addresses, applications, clusters, manifests } from './structured-kinds.ts';

const filePath = judged('file', 'the path of a file', FILE_PATTERN, filePathOrNone);

export interface Option<T> {
  readonly kind: Kind<T>;
  /** The default as it would be written in the file. */
  readonly fallback: unknown;
  /** Help and reference: one sentence or two. */
  readonly help: string;
}

function option<T>(kind: Kind<T>, fallback: unknown, help: string): Option<T> {
  return { kind, fallback, help };
}

const selector = judged(
  'selector',
  'a label selector such as "team=blue,tier in (web, api)"',
  LABEL_SELECTOR_PATTERN,
  (text) => {
    const verdict = parseLabelSelector(text);
    return verdict.ok ? ok(text.trim()) : verdict;
  },
);
const traffic = parsed('single|ready|percent', FIXED_TRAFFIC_ALLOWED, FIXED_TRAFFIC_PATTERN, parseFixedTraffic);

/**
 * Every option once: file keys, flags, environment variables, defaults, checks, help, JSON schema and docs/options.md
 * all come from this table, in this order.
 */
export const options = {
  'listen.host': option(
    judged('address', 'an address to listen on', LISTEN_HOST_PATTERN, listenHost),
    '::',
    'Address to listen on. The default is every address, IPv6 and IPv4; IPv4 alone where the machine has no IPv6.',
  ),
  'listen.port': option(
    wholeNumber(0, 65_535),
    8761,
    "Port to listen on; 0 takes a free one. The default is Eureka's.",
  ),
  'listen.keepAlive': option(
    duration(1000, '1s'),
    '65m',
    'How long an idle connection stays open. It must be longer than proxies in front keep idle connections (ALB 60s, Traefik 90s, Google 10m, Envoy 1h). Otherwise a request now and then meets a connection that is just being closed.',
  ),
  'listen.tls.cert': option(
    filePath,
    '',
    'Certificate in PEM form, those of its issuers behind it; read again when it changes. With it and its key we speak TLS.',
  ),
  'listen.tls.key': option(filePath, '', 'Private key of the certificate, in PEM form, without a passphrase.'),
  'listen.tls.clientCa': option(filePath, '', 'Certificates, in PEM form, that client certificates are believed by.'),
  'listen.tls.clientAuth': option(
    choice(CLIENT_AUTH),
    'none',
    'Whether clients are asked for a certificate: none; request (one that does not verify counts as none); require (a connection without a good one is ended, the probes of kubelets too).',
  ),
  'listen.tls.port': option(
    wholeNumber(0, 65_535),
    0,
    'Port for TLS, beside listen.port for plain HTTP; 0: none of its own, listen.port speaks TLS.',
  ),
  'listen.trustedProxies': option(
    list('network', 'a network such as 10.42.0.0/16', CIDR_PATTERN, network),
    [],
    'Networks of the proxies and balancers in front whose X-Forwarded-For says whom a request comes from.',
  ),
  'auth.file': option(
    filePath,
    '',
    'YAML file with the credentials of clients and their rights, read again when it changes: - { name: fleet, password: SECRET, rights: [read, register] }. Without one nobody is asked for any.',
  ),
  'auth.anonymous': option(
    list('right', `a right: ${RIGHTS.join(', ')}`, `^(${RIGHTS.join('|')})$`, right),
    ['read', 'register'],
    'What requests without credentials may do: read, register (writes of the Eureka protocol), operate (all other changes). With auth.file the default is nothing. Without it, and without operate here, the machine itself (loopback) may operate.',
  ),
  'legacy.urls': option(
    baseUrls,
    [],
    'Base URLs of the legacy Eureka, tried in order. User-info is sent as Basic authentication: http://user:secret@eureka-1:8761/eureka (/ ? # in it as %2F %3F %23).',
  ),
  'legacy.pollInterval': option(duration(100, '100ms'), '5s', 'How often the legacy is asked for changes.'),
  'legacy.fullInterval': option(
    duration(1000, '1s'),
    '5m',
    'How often the whole registry is fetched, besides the changes.',
  ),
  'legacy.required': option(
    truth,
    true,
    'Reads wait for the first answer of the legacy. false: after a start while the legacy is away, Kubernetes is served without it, and callers drop all legacy instances until it answers.',
  ),
  'legacy.peerFeed': option(truth, false, "Accept the legacy's replication batches on /peer/eureka/."),
  'legacy.publish': option(
    truth,
    false,
    'Register the synthetic entries in the legacy too, for callers that ask it and cannot be re-pointed. Every process with it renews them there, which can hide lost heartbeats from the self-preservation of the legacy: switch it on in one or two.',
  ),
  'legacy.tls.ca': option(
    filePath,
    '',
    'Certificates, in PEM form, that the legacy is believed by, instead of those that Node knows; read again when they change.',
  ),
  'legacy.tls.cert': option(
    filePath,
    '',
    'Our certificate for the legacy, in PEM form. It is shown to the origins of legacy.urls alone, wherever redirects lead.',
  ),
  'legacy.tls.key': option(filePath, '', 'Private key of that certificate, in PEM form, without a passphrase.'),
  'leases.enabled': option(truth, false, 'Keep a registry of our own, for fleets without a legacy Eureka.'),
  clusters: option(
    clusters,
    [],
    'Kubernetes clusters to watch: { name: main, kubeconfig: FILE, context: NAME } or { name: main, inCluster: true }. Reads wait for the first complete view of each. With required: false they do not: after a start while its API server is away, the other sources are served without it, and callers drop all entries of this cluster until it answers. With maxAge: 1h nothing of a cluster is served once it has been out of reach for so long; without it the last known is, however old.',
  ),
  manifests: option(
    manifests,
    [],
    'Directories of Kubernetes YAML files to watch, as if they were a cluster: { name: local, directory: DIR }.',
  ),
  'selection.mode': option(
    choice(['annotated', 'all']),
    'annotated',
    'Publish Ingresses and HTTPRoutes that are annotated eurek8s.io/publish: "true" (or whose namespace is), or all that are not annotated "false".',
  ),
  'selection.ingressClasses': option(
    list('class', 'the name of an ingress class', WORD_PATTERN, word),
    [],
    'Publish only Ingresses of these classes; empty: of all.',
  ),
  'selection.gatewayClasses': option(
    list('class', 'the name of a gateway class', WORD_PATTERN, word),
    [],
    'Publish only HTTPRoutes at Gateways of these classes; empty: of all.',
  ),
  'selection.namespaces': option(
    list('namespace', 'the name of a namespace', DNS_LABEL_PATTERN, dnsLabel),
    [],
    'Publish only Ingresses and HTTPRoutes of these namespaces; empty: of all.',
  ),
  'selection.namespaceSelector': option(
    selector,
    '',
    'Publish only Ingresses and HTTPRoutes of namespaces with these labels: team=blue,tier in (web, api).',
  ),
  'selection.labelSelector': option(selector, '', 'Publish only Ingresses and HTTPRoutes with these labels.'),
  addresses: option(
    addresses,
    {},
    'Addresses of the load balancers by ingress class or gateway class: { nginx: [10.0.0.7] }. They take precedence over DNS and the status of the Ingress or Gateway.',
  ),
  'defaults.traffic': option(
    traffic,
    'single',
    'Entries of an application: single, ready (one per ready endpoint) or the share of the calls to reach, such as 25%.',
  ),
  'defaults.health': option(
    choice(['endpoints', 'deployment']),
    'endpoints',
    'What makes an entry UP: ready endpoints of the Service, or the Deployment being available.',
  ),
  'defaults.minReady': option(wholeNumber(0, 9999), 1, 'Ready endpoints that an entry needs to be UP.'),
  'defaults.downDelay': option(
    duration(0, '0s'),
    '0s',
    'How long an entry stays UP after its ready endpoints have become too few.',
  ),
  'defaults.maxEntriesPerApp': option(
    wholeNumber(1, 10_000),
    128,
    'Largest number of synthetic entries of one application, copies included. Hundreds in several zones cost Ribbon callers CPU at each call: docs/dial.md.',
  ),
  'defaults.copies': option(
    truth,
    false,
    'Reach shares that are too fine for whole entries by copies of the registered instances: entries with the same host and ports. 1% beside 3 instances is 1 entry and 96 copies.',
  ),
  'defaults.probe': option(
    choice(PROBE_MODES),
    'none',
    'Whether the load balancer is asked for the host of an entry: none, observe (what it answers is shown), require (an entry is DOWN until it has answered once).',
  ),
  'probe.interval': option(duration(1000, '1s'), '10s', 'How often the load balancer is asked for each entry.'),
  'probe.timeout': option(duration(100, '100ms'), '2s', 'How long one answer of the load balancer may take.'),
  applications: option(
    applications,
    {},
    'Settings by application: { BOB: { policy: both | legacy-only | kubernetes-only | prefer-kubernetes, namespaces: [those that may claim it], vips: [those that are its own, besides its name] } }.',
  ),
  'overlay.cidrs': option(
    list('network', 'a network such as 10.42.0.0/16', CIDR_PATTERN, network),
    [],
    'Networks of Pods, which callers outside the cluster cannot reach: 10.42.0.0/16, fd00::/8; no bits set behind the prefix. IPv4-mapped addresses count as IPv4.',
  ),
  'overlay.action': option(
    choice(['absorb', 'hide', 'forward']),
    'absorb',
    'How registrations with an address in overlay.cidrs are treated: absorb (kept here and not served; the legacy does not get them), hide (forwarded, not served), forward (served as they are).',
  ),
  'guards.maxRemoval': option(
    percent,
    '30%',
    "A change that removes more than this share of the legacy's instances, or of the applications that a cluster or a directory of manifests publishes, is held. Removals within guards.grace count together. 100% lets a cluster remove everything.",
  ),
  'guards.minInstances': option(
    wholeNumber(0, 1_000_000),
    3,
    'Fewer removed instances (of a cluster: applications) than this are never held.',
  ),
  'guards.grace': option(
    duration(0, '0s'),
    '5m',
    'How long repeated answers must confirm a held removal before it takes effect.',
  ),
  'guards.window': option(
    duration(0, '0s'),
    '1m',
    'Deletions in a cluster within this time are one change: when it is held, those of them that had passed come back.',
  ),
  ownership: option(
    choice(OWNERSHIP_MODES),
    'open',
    'Who may claim an application that applications does not list: open (anybody), legacy-listed (anybody, but for names that are registered), listed (nobody).',
  ),
  'snapshot.file': option(
    filePath,
    '',
    'File that keeps the registry for a restart: it is written within 2 s after a change, and a start serves it until the sources answer. Each process needs its own. Empty: none.',
  ),
  'snapshot.maxAge': option(
    duration(1000, '1s'),
    '1d',
    'At a start, what the file holds of a source whose last success is longer ago is not served.',
  ),
  'history.keep': option(
    duration(0, '0s'),
    '1h',
    'How long changes and the registry as it was are remembered, within 48 MiB; 0s: not at all.',
  ),
  'events.enabled': option(
    truth,
    false,
    'Write Kubernetes Events on Ingresses and HTTPRoutes: published, refused and why, conflicts, changes of status.',
  ),
  readOnly: option(truth, false, 'Refuse registrations and all other writes.'),
  'log.level': option(choice(['debug', 'info', 'warn', 'error']), 'info', 'Lowest level that is logged.'),
} as const satisfies Readonly<Record<string, Option<unknown>>>;

export type OptionKey = keyof typeof options;

/** The value of every option, as the program works with it. */
export type Values = { readonly [K in OptionKey]: (typeof options)[K] extends Option<infer T> ? T : never };

export const optionKeys: readonly OptionKey[] = Object.keys(options).filter(isOptionKey);

export function isOptionKey(key: string): key is OptionKey {
  return Object.hasOwn(options, key);
}

/** `legacy.pollInterval` → `EUREK8S_LEGACY_POLL_INTERVAL`. */
export function environmentName(key: string): string {
  return `EUREK8S_${key.replaceAll('.', '_').replaceAll(/([a-z])([A-Z])/g, '$1_$2')}`.toUpperCase();
}

/** `legacy.pollInterval` → `--legacy.pollInterval`. */
export function flagName(key: string): string {
  return `--${key}`;
}
