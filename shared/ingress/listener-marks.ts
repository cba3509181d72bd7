import { rawList, rawRecord, rawScalar, type RawRecord } from '../data/raw-data.ts';
import { parsedJson } from './controller-action.ts';
import { isGoFalse, isGoTrue } from './go-flag.ts';
import type { ListenerMark } from './stripped.ts';

type Reading = (annotation: string, value: string, all: RawRecord) => Omit<ListenerMark, 'annotation'> | undefined;

const ALB = 'alb.ingress.kubernetes.io/';
const TRAEFIK = 'traefik.ingress.kubernetes.io/';

/** Annotations, by their exact names, by which a controller sets how calls arrive. */
const BY_NAME: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  [`${ALB}listen-ports`, (_, value) => listenPorts(value)],
  // Without listen-ports, a certificate makes the listener an https one.
  [`${ALB}certificate-arn`, (_, __, all) => (given(all, `${ALB}listen-ports`) ? undefined : HTTPS)],
  // On AWS the number of the port, on Alibaba a flag (below).
  [`${ALB}ssl-redirect`, (_, value) => (portOf(value) === undefined ? undefined : httpsOn(portOf(value)))],
  // Google, Contour, and F5 under the older name.
  ['kubernetes.io/ingress.allow-http', (_, value) => (isGoFalse(value) ? HTTPS : undefined)],
  ['ingress.kubernetes.io/allow-http', (_, value) => (isGoFalse(value) ? HTTPS : undefined)],
  [`${TRAEFIK}router.tls`, (_, value) => (isGoTrue(value) ? HTTPS : undefined)],
  [`${TRAEFIK}router.entrypoints`, (_, value) => (names(value).every(isSecureEntryPoint) ? HTTPS : undefined)],
  [`${TRAEFIK}frontend.entryPoints`, (_, value) => (names(value).every(isSecureEntryPoint) ? HTTPS : undefined)],
  [`${TRAEFIK}redirect-entry-point`, (_, value) => (isSecureEntryPoint(value) ? REDIRECTS : undefined)],
  ['konghq.com/protocols', (_, value) => protocols(names(value))],
  // OpenShift makes a Route with TLS from it, and redirects http.
  [
    'route.openshift.io/termination',
    (_, value) => (/^(?:edge|reencrypt|passthrough)$/i.test(value) ? HTTPS : undefined),
  ],
  ['appgw.ingress.kubernetes.io/appgw-ssl-certificate', () => HTTPS],
  ['ingress.citrix.com/insecure-termination', (_, value) => insecureTermination(value)],
  ['zalando.org/skipper-ingress-redirect', (_, value) => (isGoTrue(value) ? REDIRECTS : undefined)],
]);

/** Annotations that many controllers have under prefixes of their own. */
const BY_LAST_PART: readonly (readonly [RegExp, Reading])[] = [
  [/^router\.tls\../, (annotation) => (annotation.startsWith(TRAEFIK) ? HTTPS : undefined)],
  [
    /^(?:(?:force-)?ssl-(?:force-)?redirect|(?:force-)?https-redirect|redirect-to-https|http-to-https|force-https|https-only|ssl-only)$/,
    (annotation, value) => (isGoTrue(value) && !ONLY_BESIDE_TLS.test(annotation) ? REDIRECTS : undefined),
  ],
  [/^ssl-passthrough$/, (_, value) => (isGoTrue(value) ? { says: 'passes-tls' } : undefined)],
  [/^(?:permanent-redirect|temporal-redirect|redirect-to|request-redirect)$/, () => ({ says: 'turns-away' })],
];

/** Redirects that these controllers make only for hosts in `spec.tls`. */
const ONLY_BESIDE_TLS = /^(?:nginx\.ingress\.kubernetes\.io|higress\.io|haproxy-ingress\.github\.io)\/ssl-redirect$/;

const HTTPS = { says: 'https' } as const;
const REDIRECTS = { says: 'redirects' } as const;

/** What the annotations of an Ingress state about its listeners. Empty annotations are ignored. */
export function listenerMarks(annotations: RawRecord): readonly ListenerMark[] {
  const marks: ListenerMark[] = [];
  for (const annotation of Object.keys(annotations)) {
    const value = rawScalar(annotations[annotation])?.trim() ?? '';
    if (value === '') continue;
    const read =
      BY_NAME.get(annotation)?.(annotation, value, annotations) ?? byLastPart(annotation, value, annotations);
    if (read !== undefined) marks.push({ annotation, ...read });
  }
  return marks.length === 0 ? NO_MARKS : marks;
}

/** Shared, because almost every object has none. */
const NO_MARKS: readonly ListenerMark[] = Object.freeze([]);

function byLastPart(annotation: string, value: string, all: RawRecord): ReturnType<Reading> {
  const last = annotation.slice(annotation.indexOf('/') + 1);
  if (last === annotation || annotation.startsWith('eurek8s.io/')) return undefined;
  return BY_LAST_PART.find(([pattern]) => pattern.test(last))?.[1](annotation, value, all);
}

/** Reads `[{"HTTP":80},{"HTTPS":443}]`. Of several ports for one protocol the usual one counts, else the first. */
function listenPorts(value: string): ReturnType<Reading> {
  const listeners = rawList(parsedJson(value)).flatMap((listener) => Object.entries(rawRecord(listener)));
  const of = (protocol: string, usual: number): number | undefined => {
    const ports = listeners.flatMap(([name, port]) =>
      name.toUpperCase() === protocol ? (portOf(rawScalar(port) ?? '') ?? []) : [],
    );
    return ports.includes(usual) ? usual : ports[0];
  };
  const [plain, secure] = [of('HTTP', 80), of('HTTPS', 443)];
  if (plain === undefined) return secure === undefined ? undefined : httpsOn(secure);
  const port = plain === 80 ? {} : { port: plain };
  if (secure === undefined) return { says: 'http', ...port };
  return plain === 80 && secure === 443 ? undefined : { ...httpsOn(secure), says: 'both', ...port };
}

function httpsOn(port: number | undefined): Omit<ListenerMark, 'annotation'> {
  return port === undefined || port === 443 ? HTTPS : { says: 'https', securePort: port };
}

function portOf(text: string): number | undefined {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function given(annotations: RawRecord, key: string): boolean {
  return (rawScalar(annotations[key]) ?? '').trim() !== '';
}

/** Names, separated by commas or blanks. */
function names(value: string): readonly string[] {
  return value
    .toLowerCase()
    .split(/[\s,;]/)
    .filter((name) => name !== '');
}

/** Entry points may have any name; the controller's documentation and chart use `websecure` and `https`. */
function isSecureEntryPoint(name: string): boolean {
  return /https|secure/i.test(name) && !/insecure/i.test(name);
}

function protocols(listed: readonly string[]): ReturnType<Reading> {
  return listed.includes('https') && !listed.includes('http') ? HTTPS : undefined;
}

function insecureTermination(value: string): ReturnType<Reading> {
  if (/^disallow$/i.test(value)) return HTTPS;
  return /^redirect$/i.test(value) ? REDIRECTS : undefined;
}
