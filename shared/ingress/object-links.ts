import { byText } from '../model/order.ts';
import { MultiMap } from '../collections/multi-map.ts';
import { gatewaysOf } from './http-route-claims.ts';
import { backendServices, keyOf, objectKey } from './object-key.ts';
import type { Candidate, StrippedDeployment, StrippedObject, StrippedService } from './stripped.ts';
import type { StrippedHttpRoute } from './stripped-gateway.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * The dependencies between objects, so that the cost of a change is that of what it affects. Each look-up leads from
 * one object to the few that are connected with it, and never iterates over all candidates.
 */
export class ObjectLinks {
  readonly #candidatesByNamespace = new MultiMap();
  readonly #candidatesByService = new MultiMap();
  /** An Ingress without class is under the empty name. */
  readonly #ingressesByClass = new MultiMap();
  readonly #routesByGateway = new MultiMap();
  /** By the namespace of a backend that is not their own: the ReferenceGrants there decide. */
  readonly #routesByGrants = new MultiMap();
  readonly #gatewaysByClass = new MultiMap();
  readonly #grantsByNamespace = new MultiMap();
  readonly #slicesByService = new MultiMap();
  /**
   * By one label pair of the selector: the template of a Deployment that a Service selects has that pair among its
   * labels.
   */
  readonly #servicesByPair = new MultiMap();
  readonly #deploymentsByPair = new MultiMap();

  add(object: StrippedObject): void {
    this.#each(object, (map, key, member) => map.add(key, member));
  }

  remove(object: StrippedObject): void {
    this.#each(object, (map, key, member) => map.delete(key, member));
  }

  slicesOf(service: string): ReadonlySet<string> {
    return this.#slicesByService.get(service);
  }

  candidatesIn(namespace: string): readonly string[] {
    return [...this.#candidatesByNamespace.get(namespace)];
  }

  grantsIn(namespace: string): ReadonlySet<string> {
    return this.#grantsByNamespace.get(namespace);
  }

  ingressesWithoutClass(): ReadonlySet<string> {
    return this.#ingressesByClass.get('');
  }

  /** A superset of the Deployments that the Service selects: those with one of its label pairs. */
  deploymentCandidates(service: StrippedService): ReadonlySet<string> {
    const pair = leadingPair(service);
    return pair === undefined ? new Set() : this.#deploymentsByPair.get(pair);
  }

  /** Keys of the candidates whose derivation reads this object. */
  affectedBy(object: StrippedObject): Iterable<string> {
    const { meta } = object;
    switch (object.kind) {
      case 'Ingress':
      case 'HTTPRoute':
        return [objectKey(object)];
      case 'Service':
        return this.#candidatesByService.get(objectKey(object));
      case 'EndpointSlice':
        return object.serviceName === undefined
          ? []
          : this.#candidatesByService.get(keyOf(meta.namespace, object.serviceName));
      case 'Deployment':
        return labelPairs(object)
          .flatMap((pair) => [...this.#servicesByPair.get(pair)])
          .flatMap((service) => [...this.#candidatesByService.get(service)]);
      case 'Namespace':
        return this.#candidatesByNamespace.get(meta.name);
      case 'IngressClass':
        return [...this.#ingressesByClass.get(meta.name), ...this.#ingressesByClass.get('')];
      case 'Gateway':
        return this.#routesByGateway.get(objectKey(object));
      case 'GatewayClass':
        return [...this.#gatewaysByClass.get(meta.name)].flatMap((gateway) => [...this.#routesByGateway.get(gateway)]);
      case 'ReferenceGrant':
        return this.#routesByGrants.get(meta.namespace);
    }
  }

  #each(object: StrippedObject, link: (map: MultiMap, key: string, member: string) => void): void {
    const key = objectKey(object);
    switch (object.kind) {
      case 'Ingress':
        link(this.#ingressesByClass, object.className ?? '', key);
        return this.#eachOfCandidate(object, key, link);
      case 'HTTPRoute':
        this.#eachOfRoute(object, key, link);
        return this.#eachOfCandidate(object, key, link);
      case 'Service': {
        const pair = leadingPair(object);
        if (pair !== undefined) link(this.#servicesByPair, pair, key);
        return;
      }
      case 'EndpointSlice':
        if (object.serviceName !== undefined)
          link(this.#slicesByService, keyOf(object.meta.namespace, object.serviceName), key);
        return;
      case 'Deployment':
        for (const pair of labelPairs(object)) link(this.#deploymentsByPair, pair, key);
        return;
      case 'Gateway':
        return link(this.#gatewaysByClass, object.className, key);
      case 'ReferenceGrant':
        return link(this.#grantsByNamespace, object.meta.namespace, key);
      case 'Namespace':
      case 'IngressClass':
      case 'GatewayClass':
        return;
    }
  }

  #eachOfCandidate(
    candidate: Candidate,
    key: string,
    link: (map: MultiMap, key: string, member: string) => void,
  ): void {
    link(this.#candidatesByNamespace, candidate.meta.namespace, key);
    for (const service of backendServices(candidate)) link(this.#candidatesByService, service, key);
  }

  #eachOfRoute(
    route: StrippedHttpRoute,
    key: string,
    link: (map: MultiMap, key: string, member: string) => void,
  ): void {
    for (const gateway of gatewaysOf(route)) link(this.#routesByGateway, gateway, key);
    for (const { backends } of route.rules)
      for (const { service } of backends)
        if (service !== undefined && service.namespace !== route.meta.namespace)
          link(this.#routesByGrants, service.namespace, key);
  }
}

/** A Service without selector selects nothing, not everything. */
export function selects(service: StrippedService, deployment: StrippedDeployment): boolean {
  const pairs = Object.entries(service.selector);
  return (
    pairs.length > 0 &&
    service.meta.namespace === deployment.meta.namespace &&
    pairs.every(([key, value]) => hasPair(deployment.templateLabels, key, value))
  );
}

function hasPair(labels: Labels, key: string, value: string): boolean {
  return Object.hasOwn(labels, key) && labels[key] === value;
}

function leadingPair({ meta, selector }: StrippedService): string | undefined {
  const [key] = Object.keys(selector).toSorted(byText);
  return key === undefined ? undefined : `${meta.namespace}/${key}=${selector[key] ?? ''}`;
}

function labelPairs({ meta, templateLabels }: StrippedDeployment): readonly string[] {
  return Object.entries(templateLabels).map(([key, value]) => `${meta.namespace}/${key}=${value}`);
}
