import { printable } from '../text/printable.ts';
import { externalNames, httpRoutes, type GatewayName, type Written } from './kubernetes-objects.ts';
import { urlOf, type Mapping, type Target } from './target.ts';

/** The consumers that a mapping is written for. */
export const EXPORT_FORMATS = [
  'zuul',
  'ribbon',
  'spring-cloud-gateway',
  'simple-discovery',
  'services',
  'httproute',
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export function isExportFormat(text: string): text is ExportFormat {
  return EXPORT_FORMATS.some((format) => format === text);
}

export interface ExportedFile {
  readonly kind: 'properties' | 'yaml';
  readonly text: string;
}

/** `notes`: lines about the file, for people. `gateway`: the parent of HTTPRoutes; `undefined`: none was named. */
export function exportFile(
  format: ExportFormat,
  mapping: Mapping,
  notes: readonly string[],
  gateway?: GatewayName,
): ExportedFile {
  const kind = format === 'zuul' || format === 'ribbon' ? 'properties' : 'yaml';
  const { lines, leftOut } = written(format, mapping.targets, gateway);
  const left = [...mapping.leftOut, ...leftOut].map(({ app, reason }) => `left out: ${app}: ${reason}`);
  const unnamed = format === 'httproute' && gateway === undefined ? [NO_GATEWAY] : [];
  const head = [...notes, ...HINTS[format], ...unnamed, ...left].map((line) => `# ${printable(line)}`);
  return { kind, text: [...head, ...lines, ''].join('\n') };
}

const NO_GATEWAY =
  'no Gateway was named, so parentRefs has a placeholder: --gateway NAMESPACE/NAME, or ?gateway=NAMESPACE/NAME in the URL';

function written(format: ExportFormat, targets: readonly Target[], gateway: GatewayName | undefined): Written {
  if (format === 'services') return externalNames(targets);
  if (format === 'httproute') return httpRoutes(targets, gateway);
  return { lines: WRITERS[format](targets), leftOut: [] };
}

const HINTS: Readonly<Record<ExportFormat, readonly string[]>> = {
  zuul: ['routes of Spring Cloud Netflix Zuul; the paths are those that it makes of a registry by itself'],
  ribbon: ['lists of Ribbon without a registry'],
  'spring-cloud-gateway': [
    'routes of Spring Cloud Gateway, with the paths that its discovery locator makes by itself',
    'up to 4.2 the key is spring.cloud.gateway.routes, from 4.3 on the other one: both are here, as one list',
  ],
  'simple-discovery': ['instances of the SimpleDiscoveryClient of Spring Cloud Commons'],
  services: [
    'Services by which callers in the cluster find them under the names that they know, once their Eureka client is off',
    'for the namespace of the callers: kubectl apply -n CALLERS -f FILE',
    'not for a namespace that has Services of these names: they would be replaced',
  ],
  httproute: [
    'routes of a Gateway, with the paths that Zuul and Spring Cloud Gateway make of a registry by themselves',
    'each is in the namespace of its Service; the Gateway has to allow routes from there',
  ],
};

/** What clients read, as against what a cluster does. */
type ClientFormat = Exclude<ExportFormat, 'services' | 'httproute'>;

const WRITERS: Readonly<Record<ClientFormat, (targets: readonly Target[]) => readonly string[]>> = {
  zuul: (targets) => [
    'eureka.client.enabled=false',
    'ribbon.eureka.enabled=false',
    ...targets.flatMap(({ service, endpoints }) => {
      const key = `zuul.routes.${bracketed(service)}`;
      // Zuul sends a route with a URL to one place: of several the first.
      return [`${key}.path=/${service}/**`, `${key}.url=${endpoints.slice(0, 1).map(urlOf).join()}`];
    }),
  ],
  ribbon: (targets) => [
    'eureka.client.enabled=false',
    'ribbon.eureka.enabled=false',
    ...targets.flatMap(({ service, endpoints }) => [
      `${service}.ribbon.NIWSServerListClassName=com.netflix.loadbalancer.ConfigurationBasedServerList`,
      `${service}.ribbon.listOfServers=${endpoints.map(({ host, port }) => `${host}:${port}`).join(',')}`,
      ...(endpoints.some(({ scheme }) => scheme === 'https') ? [`${service}.ribbon.IsSecure=true`] : []),
    ]),
  ],
  'spring-cloud-gateway': (targets) => [
    'eureka: { client: { enabled: false } }',
    'spring:',
    '  cloud:',
    '    gateway:',
    '      discovery: { locator: { enabled: false } }',
    ...block('      routes: &routes', '[]', targets, ({ service, endpoints }) => [
      `        - id: ${quoted(service)}`,
      `          uri: ${quoted(endpoints.slice(0, 1).map(urlOf).join())}`,
      `          predicates: [${quoted(`Path=/${service}/**`)}]`,
      '          filters: ["StripPrefix=1"]',
    ]),
    '      server: { webflux: { discovery: { locator: { enabled: false } }, routes: *routes } }',
  ],
  'simple-discovery': (targets) => [
    'eureka: { client: { enabled: false } }',
    'spring:',
    '  cloud:',
    '    discovery:',
    '      client:',
    '        simple:',
    ...block('          instances:', '{}', targets, ({ service, endpoints }) => [
      `            ${quoted(bracketed(service))}:`,
      ...endpoints.map((endpoint) => `              - uri: ${quoted(urlOf(endpoint))}`),
    ]),
  ],
};

function block(
  head: string,
  empty: string,
  targets: readonly Target[],
  lines: (target: Target) => readonly string[],
): readonly string[] {
  return targets.length === 0 ? [`${head} ${empty}`] : [head, ...targets.flatMap(lines)];
}

/** Spring takes a dot in a key for a level of its own, unless the key is in brackets. */
function bracketed(service: string): string {
  return service.includes('.') ? `[${service}]` : service;
}

/** Names and URLs have no character that YAML would read otherwise in quotes. */
function quoted(text: string): string {
  return `"${text}"`;
}
