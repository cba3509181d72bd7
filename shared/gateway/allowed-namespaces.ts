import type { ObjectView } from '../ingress/cluster-objects.ts';
import { matchesLabels } from '../ingress/label-selector.ts';
import type { Listener, StrippedGateway } from '../ingress/stripped-gateway.ts';
import type { Verdict } from './acceptance.ts';

/**
 * Whether the listener accepts routes of the namespace. Labels may be unreadable to us, where only a Role is given; what
 * the controller has accepted by them then counts.
 */
export function admitsNamespace(
  { namespaces }: Listener,
  gateway: StrippedGateway,
  namespace: string,
  verdict: Verdict,
  objects: ObjectView,
): boolean {
  switch (namespaces.from) {
    case 'All':
      return true;
    case 'None':
      return false;
    case 'Same':
      return namespace === gateway.meta.namespace;
    case 'Selector': {
      const space = objects.namespace(namespace);
      if (space === undefined && verdict.kind === 'accepted') return true;
      // The API server sets this label on every Namespace; manifests need not contain Namespaces.
      const labels = { 'kubernetes.io/metadata.name': namespace, ...space?.meta.labels };
      return matchesLabels(namespaces.requirements, labels);
    }
  }
}
