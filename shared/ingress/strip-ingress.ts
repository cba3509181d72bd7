import { rawList, rawRecord, rawScalar, type RawRecord } from '../data/raw-data.ts';
import { canaryMarks } from './canary.ts';
import { hostPattern } from './ingress-host.ts';
import type { BackendPort, IngressPath, IngressRule, ObjectMeta, ServiceBackend, StrippedIngress } from './stripped.ts';

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
    rules: rawList(spec['rules']).map((rule) => stripRule(rawRecord(rule))),
    defaultBackend: serviceBackend(spec['defaultBackend']),
    tlsHosts: rawList(spec['tls']).flatMap((entry) => tlsHosts(rawRecord(entry))),
    loadBalancer: rawList(status['ingress']).map((entry) => {
      const { ip, hostname } = rawRecord(entry);
      return { ip: rawScalar(ip), hostname: rawScalar(hostname)?.toLowerCase() };
    }),
  };
}

function stripRule(rule: RawRecord): IngressRule {
  const http = rule['http'];
  return {
    host: hostPattern(rawScalar(rule['host']) ?? ''),
    paths: http === undefined || http === null ? undefined : rawList(rawRecord(http)['paths']).map(stripPath),
  };
}

function stripPath(value: unknown): IngressPath {
  const path = rawRecord(value);
  return {
    path: rawScalar(path['path']) ?? '/',
    pathType: rawScalar(path['pathType']) ?? 'ImplementationSpecific',
    backend: serviceBackend(path['backend']),
  };
}

function serviceBackend(value: unknown): ServiceBackend | undefined {
  const { name, port } = rawRecord(rawRecord(value)['service']);
  const service = rawScalar(name);
  return service === undefined ? undefined : { service, port: backendPort(rawRecord(port)) };
}

/** By number or by name; an API server takes neither both nor none. */
function backendPort({ number, name }: RawRecord): BackendPort | undefined {
  const [text, other] = [rawScalar(number), rawScalar(name)];
  if (text === undefined || other !== undefined) return text === undefined ? other : undefined;
  return /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : text;
}

/** A tls entry without hosts stands for every host of the Ingress, as the API documents it. */
function tlsHosts(entry: RawRecord): readonly string[] {
  const hosts = rawList(entry['hosts']).flatMap((host) => rawScalar(host) ?? []);
  return hosts.length === 0 ? ['*'] : hosts.map(hostPattern);
}
