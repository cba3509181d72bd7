import { rawList, rawRecord, rawScalar, type RawRecord } from '../data/raw-data.ts';
import { backendPort } from './backend.ts';
import { canaryMarks } from './canary.ts';
import { actionBackend, isActionPort } from './controller-action.ts';
import { hostPattern } from './ingress-host.ts';
import { isGoTrue } from './go-flag.ts';
import { listenerMarks } from './listener-marks.ts';
import type { BackendPort, IngressBackend, IngressPath, IngressRule, ObjectMeta, StrippedIngress } from './stripped.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

export function stripIngress(meta: ObjectMeta, object: RawRecord): StrippedIngress {
  const spec = rawRecord(object['spec']);
  const annotations = rawRecord(rawRecord(object['metadata'])['annotations']);
  const status = rawRecord(rawRecord(object['status'])['loadBalancer']);
  const classField = rawScalar(spec['ingressClassName']);
  // "When this annotation is set, it must be given precedence over this field", says the API of the field.
  const className = rawScalar(annotations[CLASS_ANNOTATION]) ?? classField;
  return {
    kind: 'Ingress',
    meta,
    className,
    overruledClass: classField === className ? undefined : classField,
    canaryMarks: canaryMarks(annotations),
    listenerMarks: listenerMarks(annotations),
    rules: rawList(spec['rules']).map((rule) => stripRule(rawRecord(rule), annotations)),
    defaultBackend: stripBackend(spec['defaultBackend'], annotations),
    tlsHosts: rawList(spec['tls']).flatMap((entry) => tlsHosts(rawRecord(entry))),
    loadBalancer: rawList(status['ingress']).map((entry) => {
      const { ip, hostname } = rawRecord(entry);
      return { ip: rawScalar(ip), hostname: rawScalar(hostname)?.toLowerCase() };
    }),
  };
}

function stripRule(rule: RawRecord, annotations: RawRecord): IngressRule {
  const http = rule['http'];
  return {
    host: hostPattern(rawScalar(rule['host']) ?? ''),
    paths:
      http === undefined || http === null
        ? undefined
        : rawList(rawRecord(http)['paths']).map((path) => stripPath(rawRecord(path), annotations)),
  };
}

function stripPath(path: RawRecord, annotations: RawRecord): IngressPath {
  const pathType = rawScalar(path['pathType']) ?? CONTROLLERS_OWN;
  return {
    path: rawScalar(path['path']) ?? '/',
    pathType: pathType === 'Prefix' && readsPatterns(annotations) ? CONTROLLERS_OWN : pathType,
    backend: stripBackend(path['backend'], annotations),
  };
}

const CONTROLLERS_OWN = 'ImplementationSpecific';

/** By these ingress-nginx takes every path of the host for a regular expression, whatever its type. */
function readsPatterns(annotations: RawRecord): boolean {
  return Object.keys(annotations).some((key) => {
    const value = rawScalar(annotations[key]) ?? '';
    return (
      (key.endsWith('/use-regex') && isGoTrue(value.trim())) || (key.endsWith('/rewrite-target') && /\$\d/.test(value))
    );
  });
}

function stripBackend(value: unknown, annotations: RawRecord): IngressBackend | undefined {
  const { name, port } = rawRecord(rawRecord(value)['service']);
  const service = rawScalar(name);
  if (service === undefined) return undefined;
  const given = rawRecord(port);
  return isActionPort(given) ? actionBackend(service, annotations) : { service, port: onePort(given) };
}

/** The port by number or by name. An API server accepts neither both nor none. */
function onePort({ number, name }: RawRecord): BackendPort | undefined {
  if (rawScalar(number) === undefined) return rawScalar(name);
  return rawScalar(name) === undefined ? backendPort(number) : undefined;
}

/** An entry of spec.tls without hosts stands for every host of the Ingress, as the API documents. */
function tlsHosts(entry: RawRecord): readonly string[] {
  const hosts = rawList(entry['hosts']).flatMap((host) => rawScalar(host) ?? []);
  return hosts.length === 0 ? ['*'] : hosts.map(hostPattern);
}
