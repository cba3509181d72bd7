import { isNearlyOurs } from './annotation-keys.ts';
import {
  NO_STRINGS,
  rawCount,
  rawFlag,
  rawList,
  rawRecord,
  rawScalar,
  rawStrings,
  type RawRecord,
} from '../data/raw-data.ts';
import { unreadVersion } from './api-versions.ts';
import { canaryMarks } from './canary.ts';
import { stripGateway, stripGatewayClass, stripReferenceGrant } from './strip-gateway.ts';
import { stripHttpRoute } from './strip-http-route.ts';
import { hasOldBackends, stripIngress } from './strip-ingress.ts';
import type {
  ObjectKind,
  ObjectMeta,
  ServicePort,
  SlicePort,
  StrippedDeployment,
  StrippedEndpointSlice,
  StrippedIngressClass,
  StrippedObject,
  StrippedService,
} from './stripped.ts';

/**
 * The needed fields of a raw object (JSON of an API server, or YAML). `kind` is a parameter because list items have
 * none. Never throws; returns `undefined` only for an object without a name.
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
    case 'HTTPRoute':
      return stripHttpRoute(meta, object);
    case 'Gateway':
      return stripGateway(meta, object);
    case 'GatewayClass':
      return stripGatewayClass(meta, object);
    case 'ReferenceGrant':
      return stripReferenceGrant(meta, object);
  }
}

export function isClusterScoped(kind: ObjectKind): boolean {
  return kind === 'Namespace' || kind === 'IngressClass' || kind === 'GatewayClass';
}

function stripMeta(kind: ObjectKind, object: RawRecord): ObjectMeta | undefined {
  const metadata = rawRecord(object['metadata']);
  const name = rawScalar(metadata['name']);
  if (name === undefined) return undefined;
  const created = Date.parse(rawScalar(metadata['creationTimestamp']) ?? '');
  // Selectors apply to these kinds only; labels of other kinds would waste memory.
  const labelled = kind === 'Ingress' || kind === 'HTTPRoute' || kind === 'Namespace';
  return {
    // As kubectl does with a manifest that names no namespace.
    namespace: isClusterScoped(kind) ? '' : (rawScalar(metadata['namespace']) ?? 'default'),
    name,
    uid: rawScalar(metadata['uid']) ?? '',
    createdAt: Number.isFinite(created) ? created : 0,
    labels: labelled ? rawStrings(metadata['labels'], () => true) : NO_STRINGS,
    annotations: rawStrings(metadata['annotations'], isNearlyOurs),
    deleting: rawScalar(metadata['deletionTimestamp']) !== undefined,
    unreadVersion: unreadVersion(kind, rawScalar(object['apiVersion'])) ?? oldFields(kind, object),
  };
}

/** A manifest may have the fields of one version under the name of another; an API server takes no such object. */
function oldFields(kind: ObjectKind, object: RawRecord): string | undefined {
  return kind === 'Ingress' && hasOldBackends(rawRecord(object['spec'])) ? 'v1beta1, by its backends' : undefined;
}

function stripService(meta: ObjectMeta, object: RawRecord): StrippedService {
  const spec = rawRecord(object['spec']);
  return {
    kind: 'Service',
    meta,
    type: rawScalar(spec['type']) ?? 'ClusterIP',
    ports: rawList(spec['ports']).map((port) => stripServicePort(rawRecord(port))),
    canaryMarks: canaryMarks(rawRecord(rawRecord(object['metadata'])['annotations'])),
    selector: rawStrings(spec['selector'], () => true),
  };
}

function stripServicePort({ name, port, protocol }: RawRecord): ServicePort {
  return { name: rawScalar(name) ?? '', number: rawCount(port), protocol: rawScalar(protocol) ?? 'TCP' };
}

function stripEndpointSlice(meta: ObjectMeta, object: RawRecord): StrippedEndpointSlice {
  const labels = rawRecord(rawRecord(object['metadata'])['labels']);
  const ready = new Set<string>();
  const unready = new Set<string>();
  for (const item of rawList(object['endpoints'])) {
    const endpoint = rawRecord(item);
    // Further addresses of one endpoint belong to the same Pod; kube-proxy uses the first one too.
    const address = rawScalar(rawList(endpoint['addresses'])[0]);
    if (address === undefined) continue;
    (takesCalls(rawRecord(endpoint['conditions'])) ? ready : unready).add(address);
  }
  return {
    kind: 'EndpointSlice',
    meta,
    serviceName: rawScalar(labels['kubernetes.io/service-name']),
    addressType: rawScalar(object['addressType']) ?? 'IPv4',
    ports: rawList(object['ports']).map((port) => stripSlicePort(rawRecord(port))),
    ready: [...ready],
    unready: [...unready].filter((address) => !ready.has(address)),
  };
}

function stripSlicePort({ name, port, protocol }: RawRecord): SlicePort {
  return {
    name: rawScalar(name) ?? '',
    protocol: rawScalar(protocol) ?? 'TCP',
    any: port === undefined || port === null,
  };
}

/**
 * Absent conditions count as ready, as the API defines. A Service with `publishNotReadyAddresses` makes all of its
 * endpoints ready, including those of Pods that fail their probes or terminate, so the other two conditions decide.
 */
function takesCalls({ ready, serving, terminating }: RawRecord): boolean {
  return rawFlag(ready) !== false && rawFlag(serving) !== false && rawFlag(terminating) !== true;
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
