import { printable } from '../text/printable.ts';
import { urlOf, type Mapping, type Target } from './target.ts';

/** The consumers that a mapping is written for. */
export const EXPORT_FORMATS = ['zuul', 'ribbon', 'spring-cloud-gateway', 'simple-discovery'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export function isExportFormat(text: string): text is ExportFormat {
  return EXPORT_FORMATS.some((format) => format === text);
}

export interface ExportedFile {
  readonly kind: 'properties' | 'yaml';
  readonly text: string;
}

/** `notes`: lines about the file, for people. */
export function exportFile(format: ExportFormat, mapping: Mapping, notes: readonly string[]): ExportedFile {
  const kind = format === 'zuul' || format === 'ribbon' ? 'properties' : 'yaml';
  const left = mapping.leftOut.map(({ app, reason }) => `left out: ${app}: ${reason}`);
  const head = [...notes, ...HINTS[format], ...left].map((line) => `# ${printable(line)}`);
  return { kind, text: [...head, ...WRITERS[format](mapping.targets), ''].join('\n') };
}

const HINTS: Readonly<Record<ExportFormat, readonly string[]>> = {
  zuul: ['routes of Spring Cloud Netflix Zuul; the paths are those that it makes of a registry by itself'],
  ribbon: ['lists of Ribbon without a registry'],
  'spring-cloud-gateway': [
    'routes of Spring Cloud Gateway, with the paths that its discovery locator makes by itself',
    'from 4.3 on the key is spring.cloud.gateway.server.webflux.routes',
  ],
  'simple-discovery': ['instances of the SimpleDiscoveryClient of Spring Cloud Commons'],
};

const WRITERS: Readonly<Record<ExportFormat, (targets: readonly Target[]) => readonly string[]>> = {
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
    ...block('      routes:', '[]', targets, ({ service, endpoints }) => [
      `        - id: ${quoted(service)}`,
      `          uri: ${quoted(endpoints.slice(0, 1).map(urlOf).join())}`,
      `          predicates: [${quoted(`Path=/${service}/**`)}]`,
      '          filters: ["StripPrefix=1"]',
    ]),
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
