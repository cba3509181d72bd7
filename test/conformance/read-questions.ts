import type { Question } from './exchange.ts';

/** One read resource below the base, already encoded. */
export interface Resource {
  readonly kind: 'apps' | 'delta' | 'app' | 'instance' | 'vip' | 'route';
  readonly path: string;
  readonly query?: string;
}

const plain = (kind: Resource['kind'], ...paths: readonly string[]): readonly Resource[] =>
  paths.map((path) => ({ kind, path }));

export const DELTA: readonly Resource[] = [
  ...plain('delta', 'apps/delta'),
  { kind: 'delta', path: 'apps/delta', query: 'regions=us-east-1,eu-west-1' },
];

/** The resources that are requested in every form. */
export const RESOURCES: readonly Resource[] = [
  ...plain('apps', 'apps'),
  { kind: 'apps', path: 'apps', query: 'regions=' },
  { kind: 'apps', path: 'apps', query: 'x=1&regions=us-east-1' },
  ...plain('app', 'apps/MANY', 'apps/many', 'apps/AMAZON', 'apps/NOPE'),
  ...plain('instance', 'apps/MANY/many-1', 'apps/many/many-1', 'apps/IDS/host:app:8080', 'apps/IDS/host%3Aapp%3A8080'),
  ...plain(
    'instance',
    'apps/MANY/nope',
    'apps/NOPE/many-1',
    'apps/MANY/MANY-1',
    'instances/amazon-1',
    'instances/nope',
  ),
  ...plain('vip', 'vips/many', 'vips/vip-b', 'vips/nope', 'svips/many', 'svips/svip-b', 'svips/nope'),
];

/** Paths that no client needs; their answers are compared too. */
export const ROUTES: readonly Resource[] = plain(
  'route',
  '',
  'nothing',
  'version',
  'apps/delta/nope',
  'apps/MANY/many-1/status',
  'apps/MANY/many-1/metadata',
  'apps/MANY/many-1/nope',
  'instances',
  'vips',
  'svips',
  'status',
  'lastn',
  'serverinfo/statusoverrides',
  'peerreplication/batch',
  'asg/many-v001/status',
);

const ACCEPTS: readonly (string | undefined)[] = [
  undefined,
  '*/*',
  'application/json',
  'application/xml',
  'application/json;q=0.5, application/xml;q=0.1',
  'application/xml, application/json',
  'application/json, application/*+json',
  'application/*+json',
  'text/html',
  'text/plain',
  'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'APPLICATION/JSON',
];
const DETAILS: readonly (string | undefined)[] = [undefined, 'compact', 'FULL'];
const CODINGS: readonly (string | undefined)[] = [undefined, 'gzip, deflate'];
export const BASES = ['/eureka', '/eureka/v2'] as const;
const METHODS = ['GET', 'HEAD'] as const;
/** The forms of a path: plain, with a slash at the end, with a doubled slash. */
const SHAPES: readonly ((base: string, path: string) => string)[] = [
  (base, path) => `${base}/${path}`,
  (base, path) => `${base}/${path}/`,
  (base, path) => `${base}//${path}`,
];

export interface ReadQuestion extends Question {
  readonly resource: Resource;
  /** The same request at the path where every stock server answers it. */
  readonly plain: Question;
}

function question(
  resource: Resource,
  base: string,
  shape: (base: string, path: string) => string,
  method: string,
  headers: Readonly<Record<string, string | undefined>>,
): ReadQuestion {
  const query = resource.query === undefined ? '' : `?${resource.query}`;
  const given = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const ordinary: Question = { method, path: `/eureka/${resource.path}${query}`, headers: given };
  return { resource, method, path: `${shape(base, resource.path)}${query}`, headers: given, plain: ordinary };
}

/** Every combination of headers, forms of the path, bases and methods. */
export function everyForm(resources: readonly Resource[]): readonly ReadQuestion[] {
  const questions: ReadQuestion[] = [];
  for (const resource of resources)
    for (const base of BASES)
      for (const shape of SHAPES)
        for (const method of METHODS)
          for (const accept of ACCEPTS)
            for (const detail of DETAILS)
              for (const coding of CODINGS) {
                // Detail and encoding are not varied for requests without a body to compare.
                if (method === 'HEAD' && detail !== undefined) continue;
                if (shape !== SHAPES[0] && base !== BASES[0] && detail !== undefined) continue;
                questions.push(
                  question(resource, base, shape, method, {
                    accept,
                    'x-eureka-accept': detail,
                    'accept-encoding': coding,
                  }),
                );
              }
  return questions;
}

/** Every request in both formats, without the other forms. */
export function everyFormat(resources: readonly Resource[]): readonly ReadQuestion[] {
  return resources.flatMap((resource) =>
    ['application/json', 'application/xml'].map((accept) =>
      question(resource, '/eureka', (base, path) => `${base}/${path}`, 'GET', { accept }),
    ),
  );
}

interface Shown {
  readonly instanceId?: string;
  readonly hostName: string;
  readonly vipAddress?: string;
  readonly secureVipAddress?: string;
}

/** Every look-up in a registry: each application, each instance by both ways, each vip element. */
export function lookups(registry: ReadonlyMap<string, readonly Shown[]>): readonly Resource[] {
  const paths = new Map<string, Resource['kind']>();
  const vips = (kind: string, vip: string | undefined): void => {
    for (const element of vip?.split(',') ?? [])
      if (element !== '') paths.set(`${kind}/${encodeURIComponent(element)}`, 'vip');
    if (vip !== undefined && vip !== '') paths.set(`${kind}/${encodeURIComponent(vip)}`, 'vip');
  };
  for (const [app, instances] of registry) {
    paths.set(`apps/${encodeURIComponent(app)}`, 'app');
    for (const { instanceId, hostName, vipAddress, secureVipAddress } of instances) {
      const id = encodeURIComponent(instanceId ?? hostName);
      paths.set(`apps/${encodeURIComponent(app)}/${id}`, 'instance');
      paths.set(`instances/${id}`, 'instance');
      vips('vips', vipAddress);
      vips('svips', secureVipAddress);
    }
  }
  // Servers do not accept whole texts in a request line.
  return [...paths].filter(([path]) => path.length < 4000).map(([path, kind]) => ({ kind, path }));
}
