import { printable } from '../text/printable.ts';
import { externalNames, httpRoutes, type GatewayName, type Written } from './kubernetes-objects.ts';
import { urlOf, type Extent, type Mapping, type Target } from './target.ts';

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

/** Whether clients ask a registry, once they have the file: they have to, while it does not lead to all that they call. */
type EurekaClient = 'on' | 'off';

/**
 * `notes`: lines about the file, for people. `gateway`: the parent of HTTPRoutes; `undefined`: none was named.
 * `extent`: whether the mapping with what it leaves out is all that is called.
 */
export function exportFile(
  format: ExportFormat,
  mapping: Mapping,
  notes: readonly string[],
  gateway?: GatewayName,
  extent: Extent = 'all',
): ExportedFile {
  const client = extent === 'some' || mapping.leftOut.length > 0 ? 'on' : 'off';
  const kind = format === 'zuul' || format === 'ribbon' ? 'properties' : 'yaml';
  const { lines, leftOut } = written(format, mapping.targets, gateway, client);
  const left = [...mapping.leftOut, ...leftOut].map(({ app, reason }) => `left out: ${app}: ${reason}`);
  const stays = client === 'on' && isClientFormat(format) ? [CLIENT_STAYS] : [];
  const unnamed = format === 'httproute' && gateway === undefined ? [NO_GATEWAY] : [];
  const head = [...notes, ...stays, ...HINTS[format], ...unnamed, ...left].map((line) => `# ${printable(line)}`);
  return { kind, text: [...head, ...lines, ''].join('\n') };
}

const CLIENT_STAYS =
  'what is missing or left out needs the Eureka client: the lines that switch it off are comments, until nothing is';

const NO_GATEWAY =
  'no Gateway was named, so parentRefs has a placeholder: --gateway NAMESPACE/NAME, or ?gateway=NAMESPACE/NAME in the URL';

function written(
  format: ExportFormat,
  targets: readonly Target[],
  gateway: GatewayName | undefined,
  client: EurekaClient,
): Written {
  if (isClientFormat(format)) return { lines: WRITERS[format](targets, client), leftOut: [] };
  return format === 'services' ? externalNames(targets) : httpRoutes(targets, gateway);
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

function isClientFormat(format: ExportFormat): format is ClientFormat {
  return format !== 'services' && format !== 'httproute';
}

/** Lines without which clients ask a registry. */
function switchingOff(client: EurekaClient, ...lines: readonly string[]): readonly string[] {
  return client === 'off' ? lines : lines.map((line) => `# ${line}`);
}

type Writer = (targets: readonly Target[], client: EurekaClient) => readonly string[];

const WRITERS: Readonly<Record<ClientFormat, Writer>> = {
  zuul: (targets, client) => [
    ...switchingOff(client, 'eureka.client.enabled=false', 'ribbon.eureka.enabled=false'),
    ...targets.flatMap(({ service, endpoints }) => {
      const key = `zuul.routes.${bracketed(service)}`;
      // Zuul sends a route with a URL to one place: of several the first.
      return [`${key}.path=/${service}/**`, `${key}.url=${endpoints.slice(0, 1).map(urlOf).join()}`];
    }),
  ],
  ribbon: (targets, client) => [
    ...switchingOff(client, 'eureka.client.enabled=false', 'ribbon.eureka.enabled=false'),
    ...targets.flatMap(({ service, endpoints }) => [
      `${service}.ribbon.NIWSServerListClassName=com.netflix.loadbalancer.ConfigurationBasedServerList`,
      `${service}.ribbon.listOfServers=${endpoints.map(({ host, port }) => `${host}:${port}`).join(',')}`,
      ...(endpoints.some(({ scheme }) => scheme === 'https') ? [`${service}.ribbon.IsSecure=true`] : []),
    ]),
  ],
  'spring-cloud-gateway': (targets, client) => [
    ...switchingOff(client, 'eureka: { client: { enabled: false } }'),
    'spring:',
    '  cloud:',
    '    gateway:',
    ...switchingOff(client, `      ${NO_LOCATOR}`),
    ...block('      routes: &routes', '[]', targets, ({ service, endpoints }) => [
      `        - id: ${quoted(service)}`,
      `          uri: ${quoted(endpoints.slice(0, 1).map(urlOf).join())}`,
      `          predicates: [${quoted(`Path=/${service}/**`)}]`,
      '          filters: ["StripPrefix=1"]',
    ]),
    `      server: { webflux: { ${client === 'off' ? `${NO_LOCATOR}, ` : ''}routes: *routes } }`,
  ],
  'simple-discovery': (targets, client) => [
    ...switchingOff(client, 'eureka: { client: { enabled: false } }'),
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

/** The routes that Spring Cloud Gateway makes of a registry by itself. */
const NO_LOCATOR = 'discovery: { locator: { enabled: false } }';

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
