import { sameData } from '../../shared/data/same-data.ts';
import type { ObjectView } from '../../shared/ingress/cluster-objects.ts';
import { objectKey } from '../../shared/ingress/object-key.ts';
import type { StrippedObject } from '../../shared/ingress/stripped.ts';

/** Whether the status of an object names other load balancers than that of its version before. */
export function movesBalancer(object: StrippedObject, before: Pick<ObjectView, 'candidate' | 'gateway'>): boolean {
  switch (object.kind) {
    case 'Ingress': {
      const known = before.candidate(objectKey(object));
      return known?.kind === 'Ingress' && !sameData(known.loadBalancer, object.loadBalancer);
    }
    case 'Gateway': {
      const known = before.gateway(object.meta.namespace, object.meta.name);
      return known !== undefined && !sameData(known.addresses, object.addresses);
    }
    case 'HTTPRoute':
    case 'Service':
    case 'EndpointSlice':
    case 'Deployment':
    case 'Namespace':
    case 'IngressClass':
    case 'GatewayClass':
    case 'ReferenceGrant':
      return false;
  }
}
