import { rawList, rawName, rawRecord, type RawRecord } from '../data/raw-data.ts';
import type { IngressPath, IngressRule, ObjectMeta, StrippedIngress } from './stripped.ts';

const LEGACY_CLASS = 'kubernetes.io/ingress.class';

export function stripIngress(meta: ObjectMeta, object: RawRecord): StrippedIngress {
  const spec = rawRecord(object['spec']);
  const annotations = rawRecord(rawRecord(object['metadata'])['annotations']);
  const status = rawRecord(rawRecord(object['status'])['loadBalancer']);
  return {
    kind: 'Ingress',
    meta,
    className: rawName(spec['ingressClassName']) ?? rawName(annotations[LEGACY_CLASS]),
    rules: rawList(spec['rules']).map((rule) => stripRule(rawRecord(rule))),
    defaultBackendService: serviceOf(spec['defaultBackend']),
    tlsHosts: rawList(spec['tls']).flatMap((entry) => tlsHosts(rawRecord(entry))),
    loadBalancer: rawList(status['ingress']).map((entry) => {
      const { ip, hostname } = rawRecord(entry);
      return { ip: rawName(ip), hostname: rawName(hostname)?.toLowerCase() };
    }),
  };
}

function stripRule(rule: RawRecord): IngressRule {
  const http = rule['http'];
  return {
    host: (rawName(rule['host']) ?? '').toLowerCase(),
    paths: http === undefined || http === null ? undefined : rawList(rawRecord(http)['paths']).map(stripPath),
  };
}

function stripPath(value: unknown): IngressPath {
  const path = rawRecord(value);
  return {
    path: rawName(path['path']) ?? '/',
    pathType: rawName(path['pathType']) ?? 'ImplementationSpecific',
    serviceName: serviceOf(path['backend']),
  };
}

function serviceOf(backend: unknown): string | undefined {
  return rawName(rawRecord(rawRecord(backend)['service'])['name']);
}

/** A tls entry without hosts stands for every host of the Ingress, as the API documents it. */
function tlsHosts(entry: RawRecord): readonly string[] {
  const hosts = rawList(entry['hosts']).flatMap((host) => rawName(host)?.toLowerCase() ?? []);
  return hosts.length === 0 ? ['*'] : hosts;
}
