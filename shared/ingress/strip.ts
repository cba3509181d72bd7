import { ANNOTATION_PREFIX } from './annotation-keys.ts';
import {
  NO_STRINGS,
  rawCount,
  rawList,
  rawName,
  rawRecord,
  rawStrings,
  rawText,
  type RawRecord,
} from '../data/raw-data.ts';
import { stripIngress } from './strip-ingress.ts';
import type {
  ObjectKind,
  ObjectMeta,
  StrippedDeployment,
  StrippedEndpointSlice,
  StrippedIngressClass,
  StrippedObject,
  StrippedService,
} from './stripped.ts';

/**
 * The needed fields of a raw object (API server JSON or YAML). `kind` is a parameter because list items carry none.
 * Never throws; `undefined` only for what has no name.
 */
export function stripObject(kind: ObjectKind, raw: unknown): StrippedObject | undefined {
  const object = rawRecord(raw);
  const meta = stripMeta(kind, object);
  if (meta === undefined) return undefined;
  switch (kind) {
    case 'Ingress':
      return stripIngress(meta, object);
    case 'Service':
      return stripService(meta, object);
    case 'EndpointSlice':
      return stripEndpointSlice(meta, object);
    case 'Deployment':
      return stripDeployment(meta, object);
    case 'Namespace':
      return { kind, meta };
    case 'IngressClass':
      return stripIngressClass(meta, object);
  }
}

export function isClusterScoped(kind: ObjectKind): boolean {
  return kind === 'Namespace' || kind === 'IngressClass';
}

function stripMeta(kind: ObjectKind, object: RawRecord): ObjectMeta | undefined {
  const metadata = rawRecord(object['metadata']);
  const name = rawName(metadata['name']);
  if (name === undefined) return undefined;
  const created = Date.parse(rawText(metadata['creationTimestamp']) ?? '');
  // Selectors look at these two kinds only; the labels of the others would be dead weight.
  const labelled = kind === 'Ingress' || kind === 'Namespace';
  return {
    // As kubectl does with a manifest that names no namespace.
    namespace: isClusterScoped(kind) ? '' : (rawName(metadata['namespace']) ?? 'default'),
    name,
    uid: rawText(metadata['uid']) ?? '',
    createdAt: Number.isFinite(created) ? created : 0,
    labels: labelled ? rawStrings(metadata['labels'], () => true) : NO_STRINGS,
    annotations: rawStrings(metadata['annotations'], (key) => key.startsWith(ANNOTATION_PREFIX)),
  };
}

function stripService(meta: ObjectMeta, object: RawRecord): StrippedService {
  const spec = rawRecord(object['spec']);
  return {
    kind: 'Service',
    meta,
    type: rawName(spec['type']) ?? 'ClusterIP',
    selector: rawStrings(spec['selector'], () => true),
  };
}

function stripEndpointSlice(meta: ObjectMeta, object: RawRecord): StrippedEndpointSlice {
  const labels = rawRecord(rawRecord(object['metadata'])['labels']);
  const ready = new Set<string>();
  const all = new Set<string>();
  for (const item of rawList(object['endpoints'])) {
    const endpoint = rawRecord(item);
    // Further addresses of one endpoint are the same Pod again; kube-proxy uses the first one too.
    const address = rawName(rawList(endpoint['addresses'])[0]);
    if (address === undefined) continue;
    all.add(address);
    if (rawRecord(endpoint['conditions'])['ready'] !== false) ready.add(address);
  }
  return {
    kind: 'EndpointSlice',
    meta,
    serviceName: rawName(labels['kubernetes.io/service-name']),
    addressType: rawName(object['addressType']) ?? 'IPv4',
    ready: [...ready],
    total: all.size,
  };
}

function stripDeployment(meta: ObjectMeta, object: RawRecord): StrippedDeployment {
  const template = rawRecord(rawRecord(object['spec'])['template']);
  const status = rawRecord(object['status']);
  const conditions = rawList(status['conditions']).map(rawRecord);
  return {
    kind: 'Deployment',
    meta,
    templateLabels: rawStrings(rawRecord(template['metadata'])['labels'], () => true),
    available: conditions.some(({ type, status: state }) => type === 'Available' && state === 'True'),
    readyReplicas: rawCount(status['readyReplicas']),
  };
}

function stripIngressClass(meta: ObjectMeta, object: RawRecord): StrippedIngressClass {
  const annotations = rawStrings(rawRecord(object['metadata'])['annotations'], (key) => key === DEFAULT_CLASS);
  return { kind: 'IngressClass', meta, isDefault: annotations[DEFAULT_CLASS] === 'true' };
}

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
