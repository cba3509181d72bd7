import type { LeftOut, PlacedBackend, Target } from './target.ts';

/** Lines of YAML, and what could not become any. */
export interface Written {
  readonly lines: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** The Gateway to which routes are attached; without a namespace it is in the one of each route. */
export interface GatewayName {
  readonly namespace?: string;
  readonly name: string;
}

/** Written where none is named: whoever applies the file has to replace it. */
const PLACEHOLDER: GatewayName = { name: 'gateway' };

/** A name of a Service (RFC 1035), and of objects in general (RFC 1123). */
const SERVICE_NAME = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const OBJECT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const MAX_OBJECT_NAME = 253;

/** `public` or `infra/public`. */
export function gatewayName(text: string): GatewayName | undefined {
  const parts = text.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2 || !parts.every(isObjectName)) return undefined;
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

function isObjectName(text: string): boolean {
  return text.length <= MAX_OBJECT_NAME && OBJECT_NAME.test(text);
}

/** The DNS name of a Service, in its own cluster. */
export function serviceHost({ namespace, service }: Pick<PlacedBackend, 'namespace' | 'service'>): string {
  return `${service}.${namespace}.svc.cluster.local`;
}

/** A Service for each name that callers know, which leads to the one that answers. */
export function externalNames(targets: readonly Target[]): Written {
  return eachBackend(targets, ({ service }, backend) => {
    if (!SERVICE_NAME.test(service)) return { reason: `its vip ${service} cannot be the name of a Service` };
    return {
      lines: [
        `# from ${backend.object}; callers without a port mean 80, and it answers on ${backend.port}`,
        'apiVersion: v1',
        'kind: Service',
        `metadata: { name: "${service}" }`,
        'spec:',
        '  type: ExternalName',
        `  externalName: "${serviceHost(backend)}"`,
        `  ports: [{ port: ${backend.port} }]`,
      ],
    };
  });
}

/** A route for each name that callers know, which does what a gateway with a registry does by itself. */
export function httpRoutes(targets: readonly Target[], gateway: GatewayName | undefined): Written {
  const { name, namespace } = gateway ?? PLACEHOLDER;
  const comment = gateway === undefined ? ' # a placeholder: write the name of your Gateway' : '';
  const parent = namespace === undefined ? `{ name: "${name}" }` : `{ name: "${name}", namespace: "${namespace}" }`;
  return eachBackend(targets, ({ service }, backend) => {
    if (!isObjectName(service)) return { reason: `its vip ${service} cannot be the name of an HTTPRoute` };
    return {
      lines: [
        `# from ${backend.object}`,
        'apiVersion: gateway.networking.k8s.io/v1',
        'kind: HTTPRoute',
        `metadata: { name: "by-name-${service}", namespace: "${backend.namespace}" }`,
        'spec:',
        `  parentRefs: [${parent}]${comment}`,
        '  rules:',
        `    - matches: [{ path: { type: PathPrefix, value: "/${service}" } }]`,
        '      filters:',
        '        - type: URLRewrite',
        '          urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: "/" } }',
        `      backendRefs: [{ name: "${backend.service}", port: ${backend.port} }]`,
      ],
    };
  });
}

type Made = { readonly lines: readonly string[] } | { readonly reason: string };

/** Of a name with several Ingresses the first: it leads to one place. */
function eachBackend(targets: readonly Target[], make: (target: Target, backend: PlacedBackend) => Made): Written {
  const documents: (readonly string[])[] = [];
  const leftOut: LeftOut[] = [];
  for (const target of targets) {
    const [backend] = target.backends;
    const made = backend === undefined ? NO_BACKEND : make(target, backend);
    if ('lines' in made) documents.push(made.lines);
    else leftOut.push({ app: target.apps.join(' and '), reason: made.reason });
  }
  return { lines: documents.flatMap((lines, i) => (i === 0 ? lines : ['---', ...lines])), leftOut };
}

const NO_BACKEND: Made = { reason: 'it is not one Service alone that answers for it' };
