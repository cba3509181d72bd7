import type { RefusalCause } from '../contribution/refusal.ts';
import { ok, type Result } from '../result.ts';
import type { ParsedAnnotations } from './annotations.ts';
import { canaryRefusal } from './canary.ts';
import type { Choices } from './choices.ts';
import type { ObjectView } from './cluster-objects.ts';
import { chooseEndpoint } from './endpoint.ts';
import { chooseHost } from './host.ts';
import { objectKey } from './object-key.ts';
import { chooseBackend } from './path.ts';
import { whyRouteTaken } from './route-owner.ts';
import type { DerivationRules } from './rules.ts';
import { ingressClassRefusal } from './selection.ts';
import { findPort } from './service-port.ts';
import { findService } from './service.ts';
import type { StrippedIngress } from './stripped.ts';
import { versionRefusal } from './unread-version.ts';

/** The class of an Ingress: its own, else the default one. */
export function effectiveClass(ingress: StrippedIngress, objects: ObjectView): string | undefined {
  return ingress.className ?? objects.defaultClass();
}

export function whyClassNotAllowed(
  ingress: StrippedIngress,
  objects: ObjectView,
  rules: DerivationRules,
): RefusalCause | undefined {
  return ingressClassRefusal(ingress, effectiveClass(ingress, objects), rules);
}

/** Why an Ingress that is selected is no candidate all the same: it is of another version, or a canary. */
export function whyIngressExcluded(ingress: StrippedIngress, objects: ObjectView): RefusalCause | undefined {
  const className = effectiveClass(ingress, objects);
  const itsClass = className === undefined ? undefined : objects.ingressClass(className);
  if (itsClass?.meta.unreadVersion !== undefined) return versionRefusal(itsClass);
  return canaryRefusal(ingress.canaryMarks, undefined, 'the Ingress');
}

/** What an Ingress says of its entry. */
export function chooseForIngress(
  ingress: StrippedIngress,
  annotations: ParsedAnnotations,
  objects: ObjectView,
  rules: DerivationRules,
): Result<Choices, RefusalCause> {
  const className = effectiveClass(ingress, objects);
  const host = chooseHost(ingress, annotations);
  if (!host.ok) return host;
  const chosen = chooseBackend(ingress, host.value, annotations);
  if (!chosen.ok) return chosen;
  const { backend, path, byDefault } = chosen.value;
  const service = findService(ingress.meta.namespace, backend.service, objects);
  if (!service.ok) return service;
  const diverted =
    canaryRefusal(ingress.canaryMarks, backend.service, 'the Ingress') ??
    canaryRefusal(service.value.canaryMarks, undefined, `Service ${backend.service}`) ??
    whyRouteTaken(objectKey(ingress), { className, path, byDefault, ...host.value }, objectKey(service.value), objects);
  if (diverted !== undefined) return { ok: false, error: diverted };
  const port = findPort(service.value, backend);
  if (!port.ok) return port;
  return ok({
    host: host.value.host,
    targets: [{ service: service.value, port: port.value }],
    endpoint: chooseEndpoint(
      { tlsHosts: ingress.tlsHosts, listenerMarks: [...ingress.listenerMarks, ...chosen.value.listenerMarks] },
      host.value.host,
      annotations,
    ),
    pending: false,
    address: {
      on: 'Ingress',
      configured: className === undefined ? undefined : rules.addresses.get(className),
      loadBalancer: ingress.loadBalancer,
    },
    notices: [...classNotices(ingress), ...host.value.notices, ...chosen.value.notices],
  });
}

function classNotices({ className = '', overruledClass }: StrippedIngress): readonly string[] {
  if (overruledClass === undefined) return [];
  return [`class ${className} of annotation kubernetes.io/ingress.class counts, not ${overruledClass} of the spec`];
}
