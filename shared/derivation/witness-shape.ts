import {
  absent,
  list,
  membersOf,
  number,
  object,
  oneOf,
  optional,
  ShapeError,
  text,
  texts,
  truth,
  variants,
  type Shape,
} from '../data/shape.ts';
import type {
  BackendPort,
  Candidate,
  CanaryMark,
  ControllerAction,
  IngressBackend,
  IngressPath,
  IngressRule,
  ListenerMark,
  ObjectMeta,
  ServiceBackend,
  ServicePort,
  SlicePort,
  StrippedEndpointSlice,
  StrippedIngress,
  StrippedNamespace,
  StrippedService,
} from '../ingress/stripped.ts';
import { balancerAddresses, gatewayShape, grantShape, httpRouteShape } from './gateway-shape.ts';
import type { Witness } from './witness.ts';

// Witnesses outlive the process in the registry file: a restart must tell a deletion from a change as ever.

const optionalText = optional(text);

const meta = object<ObjectMeta>({
  namespace: text,
  name: text,
  uid: text,
  createdAt: number,
  labels: texts,
  annotations: texts,
  deleting: truth,
  unreadVersion: optionalText,
});

const backendPort: Shape<BackendPort> = {
  write: (port) => port,
  read: (json) => {
    if (typeof json !== 'number' && typeof json !== 'string') throw new ShapeError('a port', json);
    return json;
  },
};

const serviceBackend = object<ServiceBackend>({
  service: text,
  port: optional(backendPort),
  besides: absent(list(text)),
});
const action = object<ControllerAction>({ action: text, otherCalls: oneOf(['none', 'next-path']), toHttps: truth });
const backend: Shape<IngressBackend> = {
  write: (value) => ('service' in value ? serviceBackend.write(value) : action.write(value)),
  read: (json) =>
    typeof json === 'object' && json !== null && 'service' in json ? serviceBackend.read(json) : action.read(json),
};

const canaryMarks = list(object<CanaryMark>({ annotation: text, service: optionalText }));
const listenerMark = object<ListenerMark>({
  annotation: text,
  says: oneOf(['https', 'http', 'both', 'redirects', 'passes-tls', 'turns-away']),
  port: absent(number),
  securePort: absent(number),
});
const path = object<IngressPath>({ path: text, pathType: text, backend: optional(backend) });

const ingress = object<StrippedIngress>({
  kind: oneOf(['Ingress']),
  meta,
  className: optionalText,
  overruledClass: optionalText,
  canaryMarks,
  listenerMarks: list(listenerMark),
  rules: list(object<IngressRule>({ host: text, paths: optional(list(path)) })),
  defaultBackend: optional(backend),
  tlsHosts: list(text),
  loadBalancer: balancerAddresses,
});

const service = object<StrippedService>({
  kind: oneOf(['Service']),
  meta,
  type: text,
  ports: list(object<ServicePort>({ name: text, number, protocol: text })),
  canaryMarks,
  selector: texts,
});

const slice = object<StrippedEndpointSlice>({
  kind: oneOf(['EndpointSlice']),
  meta,
  serviceName: optionalText,
  addressType: text,
  ports: list(object<SlicePort>({ name: text, protocol: text, any: truth })),
  ready: list(text),
  unready: list(text),
});

/** An Ingress has none of these, and most witnesses are of Ingresses. */
function ifAny<T>(item: Shape<T>): Shape<readonly T[]> {
  const items = absent(list(item));
  return {
    write: (values) => items.write(values.length === 0 ? undefined : values),
    read: (json) => items.read(json) ?? [],
  };
}

const witness = object<Witness>({
  candidate: variants<Candidate>({ Ingress: ingress, HTTPRoute: httpRouteShape(meta, backendPort) }),
  services: list(service),
  namespace: optional(object<StrippedNamespace>({ kind: oneOf(['Namespace']), meta })),
  defaultClass: optionalText,
  slices: list(slice),
  gateways: ifAny(gatewayShape(meta)),
  grants: ifAny(grantShape(meta)),
});

export const witnessShape: Shape<Witness> = {
  write: (value) => witness.write(value),
  read: (json) => {
    // Versions before the Gateway API wrote the Ingress under its own name.
    const { ingress: alone, ...members } = membersOf(json);
    return witness.read(alone === undefined ? members : { ...members, candidate: alone });
  },
};
