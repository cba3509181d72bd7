import { byText } from '../model/order.ts';
import { HttpRouteClaims } from './http-route-claims.ts';
import { keyOf, objectKey, routeKeyOf } from './object-key.ts';
import { ObjectLinks, selects } from './object-links.ts';
import { RouteClaims, type Claimant } from './route-claims.ts';
import { sameData } from '../data/same-data.ts';
import type {
  Candidate,
  ObjectKind,
  StrippedDeployment,
  StrippedEndpointSlice,
  StrippedIngress,
  StrippedIngressClass,
  StrippedNamespace,
  StrippedObject,
  StrippedService,
} from './stripped.ts';
import type {
  StrippedGateway,
  StrippedGatewayClass,
  StrippedHttpRoute,
  StrippedReferenceGrant,
} from './stripped-gateway.ts';

/** The objects that a derivation reads. EndpointSlices, Deployments and classes that are being deleted are left out. */
export interface ObjectView {
  candidate(key: string): Candidate | undefined;
  service(namespace: string, name: string): StrippedService | undefined;
  /** The Ingress to which the controller of the class gives a route. `className`: the effective class. */
  routeOwner(className: string | undefined, route: string): Claimant | undefined;
  slicesOf(service: StrippedService): readonly StrippedEndpointSlice[];
  deploymentsOf(service: StrippedService): readonly StrippedDeployment[];
  namespace(name: string): StrippedNamespace | undefined;
  ingressClass(name: string): StrippedIngressClass | undefined;
  /** The class of Ingresses that name none. */
  defaultClass(): string | undefined;
  gateway(namespace: string, name: string): StrippedGateway | undefined;
  gatewayClass(name: string): StrippedGatewayClass | undefined;
  grantsIn(namespace: string): readonly StrippedReferenceGrant[];
  /** The HTTPRoutes that name this host pattern at the Gateway (`namespace/name`), attached or not. */
  routesClaiming(gateway: string, pattern: string): readonly StrippedHttpRoute[];
}

type AffectedCandidates = ReadonlySet<string>;

/**
 * The objects of one cluster. Every change returns the keys (`objectKey`) of the candidates that it may affect. An
 * object that is equal to the stored one affects none, so that a relist of an unchanged cluster costs nothing.
 */
export class ClusterObjects implements ObjectView {
  readonly #ingresses = new Map<string, StrippedIngress>();
  readonly #services = new Map<string, StrippedService>();
  readonly #slices = new Map<string, StrippedEndpointSlice>();
  readonly #deployments = new Map<string, StrippedDeployment>();
  readonly #namespaces = new Map<string, StrippedNamespace>();
  readonly #classes = new Map<string, StrippedIngressClass>();
  readonly #httpRoutes = new Map<string, StrippedHttpRoute>();
  readonly #gateways = new Map<string, StrippedGateway>();
  readonly #gatewayClasses = new Map<string, StrippedGatewayClass>();
  readonly #grants = new Map<string, StrippedReferenceGrant>();
  readonly #links = new ObjectLinks();
  /** For candidates that are published although they, or objects that they refer to, are gone. */
  #followed = { links: new ObjectLinks(), candidates: new Map<string, Candidate>() };
  readonly #routes = new RouteClaims();
  readonly #hosts = new HttpRouteClaims();

  set(object: StrippedObject): AffectedCandidates {
    const affected = new Set<string>();
    this.#set(object, affected);
    return affected;
  }

  remove(kind: ObjectKind, namespace: string, name: string): AffectedCandidates {
    const affected = new Set<string>();
    this.#remove(kind, kind === 'HTTPRoute' ? routeKeyOf(namespace, name) : keyOf(namespace, name), affected);
    return affected;
  }

  /** Applies the complete list of one kind: objects that are not in it are gone. */
  replaceKind(kind: ObjectKind, objects: Iterable<StrippedObject>): AffectedCandidates {
    const affected = new Set<string>();
    const gone = new Set(this.#store(kind).keys());
    for (const object of objects) {
      if (object.kind !== kind) continue;
      gone.delete(objectKey(object));
      this.#set(object, affected);
    }
    for (const key of gone) this.#remove(kind, key, affected);
    return affected;
  }

  /** From now on the candidate is affected by the objects that it refers to, whether or not all of them exist. */
  follow(candidate: Candidate, objects: readonly StrippedObject[]): void {
    const { links, candidates } = this.#followed;
    const key = objectKey(candidate);
    this.#unlink(key);
    candidates.set(key, candidate);
    links.add(candidate);
    for (const object of objects) links.add(object);
    if (candidate.kind === 'Ingress') this.#routes.follow(candidate);
    else this.#hosts.follow(candidate);
  }

  unfollow(key: string): void {
    this.#unlink(key);
    // Services are shared by candidates, so they are forgotten with the last of them.
    if (this.#followed.candidates.size === 0) this.#followed = { links: new ObjectLinks(), candidates: new Map() };
  }

  #unlink(key: string): void {
    const { links, candidates } = this.#followed;
    const candidate = candidates.get(key);
    if (candidate === undefined) return;
    candidates.delete(key);
    links.remove(candidate);
    if (candidate.kind === 'Ingress') return this.#routes.unfollow(candidate, this.#ingresses.get(key));
    this.#hosts.unfollow(candidate);
    const now = this.#httpRoutes.get(key);
    if (now !== undefined) this.#hosts.follow(now);
  }

  count(kind: ObjectKind): number {
    return this.#store(kind).size;
  }

  candidateKeys(): readonly string[] {
    return [...this.#ingresses.keys(), ...this.#httpRoutes.keys()];
  }

  candidate(key: string): Candidate | undefined {
    return this.#ingresses.get(key) ?? this.#httpRoutes.get(key);
  }

  service(namespace: string, name: string): StrippedService | undefined {
    return this.#services.get(keyOf(namespace, name));
  }

  slicesOf(service: StrippedService): readonly StrippedEndpointSlice[] {
    return [...this.#links.slicesOf(objectKey(service))].flatMap((key) => staying(this.#slices.get(key)));
  }

  deploymentsOf(service: StrippedService): readonly StrippedDeployment[] {
    const candidates = [...this.#links.deploymentCandidates(service)].toSorted();
    return candidates.flatMap((key) => staying(this.#deployments.get(key))).filter((one) => selects(service, one));
  }

  namespace(name: string): StrippedNamespace | undefined {
    return this.#namespaces.get(keyOf('', name));
  }

  ingressClass(name: string): StrippedIngressClass | undefined {
    return staying(this.#classes.get(keyOf('', name)))[0];
  }

  /**
   * Of several default classes the newest one counts, then the first by name, as the API server's admission chooses.
   */
  defaultClass(): string | undefined {
    const defaults = [...this.#classes.values()].filter(({ isDefault, meta }) => isDefault && !meta.deleting);
    return defaults.toSorted((a, b) => b.meta.createdAt - a.meta.createdAt || byText(a.meta.name, b.meta.name))[0]?.meta
      .name;
  }

  routeOwner(className: string | undefined, route: string): Claimant | undefined {
    return this.#routes.first(new Set(className === this.defaultClass() ? [className, undefined] : [className]), route);
  }

  gateway(namespace: string, name: string): StrippedGateway | undefined {
    return this.#gateways.get(keyOf(namespace, name));
  }

  gatewayClass(name: string): StrippedGatewayClass | undefined {
    return staying(this.#gatewayClasses.get(keyOf('', name)))[0];
  }

  grantsIn(namespace: string): readonly StrippedReferenceGrant[] {
    return [...this.#links.grantsIn(namespace)].toSorted().flatMap((key) => staying(this.#grants.get(key)));
  }

  routesClaiming(gateway: string, pattern: string): readonly StrippedHttpRoute[] {
    return [...this.#hosts.claiming(gateway, pattern)].flatMap((key) => staying(this.#httpRoutes.get(key)));
  }

  #set(object: StrippedObject, affected: Set<string>): void {
    const key = objectKey(object);
    const store = this.#store(object.kind);
    const before = store.get(key);
    if (before !== undefined && sameData(before, object)) return;
    this.#change(before, object, affected);
  }

  #remove(kind: ObjectKind, key: string, affected: Set<string>): void {
    const store = this.#store(kind);
    const before = store.get(key);
    if (before !== undefined) this.#change(before, undefined, affected);
  }

  /** At least one of the two is defined; both have the same kind and name. */
  #change(before: StrippedObject | undefined, after: StrippedObject | undefined, affected: Set<string>): void {
    const defaultClass = this.defaultClass();
    if (before !== undefined) {
      this.#collect(before, affected);
      this.#links.remove(before);
      if (after === undefined) this.#store(before.kind).delete(objectKey(before));
    }
    if (after !== undefined) {
      this.#store(after.kind).set(objectKey(after), after);
      this.#links.add(after);
      this.#collect(after, affected);
    }
    this.#changeHosts(before, after, affected);
    for (const [was, is] of this.#routeChanges(before, after))
      for (const key of this.#routes.replace(was, is)) affected.add(key);
    // Ingresses without class change sides: whoever shares a route with one of them has another rival.
    if (this.defaultClass() !== defaultClass)
      for (const key of this.#links.ingressesWithoutClass()) {
        const ingress = this.#ingresses.get(key);
        for (const sharing of ingress === undefined ? [] : this.#routes.sharing(ingress)) affected.add(sharing);
      }
  }

  /** Whether an HTTPRoute is attached, and so is a rival of others, depends on its Namespace as well. */
  #changeHosts(before: StrippedObject | undefined, after: StrippedObject | undefined, affected: Set<string>): void {
    if ((before ?? after)?.kind === 'Namespace')
      for (const key of this.#links.candidatesIn((before ?? after)?.meta.name ?? '')) {
        const route = this.#httpRoutes.get(key);
        for (const sharing of route === undefined ? [] : this.#hosts.sharing(route)) affected.add(sharing);
      }
    if (before?.kind === 'HTTPRoute') {
      for (const key of this.#hosts.sharing(before)) affected.add(key);
      this.#hosts.remove(before);
    }
    if (after?.kind !== 'HTTPRoute') return;
    this.#hosts.add(after);
    for (const key of this.#hosts.sharing(after)) affected.add(key);
  }

  /** An Ingress that changes, or all of a Namespace that begins to be deleted: what is in one claims nothing. */
  #routeChanges(
    before: StrippedObject | undefined,
    after: StrippedObject | undefined,
  ): readonly (readonly [StrippedIngress | undefined, StrippedIngress | undefined])[] {
    const { kind, meta } = before ?? after ?? {};
    if (kind === 'Ingress')
      return this.namespace(meta?.namespace ?? '')?.meta.deleting === true
        ? []
        : [[asIngress(before), asIngress(after)]];
    const [wasGone, isGone] = [isDeleting(before), isDeleting(after)];
    if (kind !== 'Namespace' || wasGone === isGone) return [];
    return this.#links
      .candidatesIn(meta?.name ?? '')
      .flatMap((key) => this.#ingresses.get(key) ?? [])
      .map((ingress) => [wasGone ? undefined : ingress, isGone ? undefined : ingress]);
  }

  #collect(object: StrippedObject, affected: Set<string>): void {
    for (const key of this.#links.affectedBy(object)) affected.add(key);
    if (this.#followed.candidates.size > 0)
      for (const key of this.#followed.links.affectedBy(object)) affected.add(key);
  }

  /** There is one typed map per kind, which only receives objects of that kind. */
  #store(kind: ObjectKind): Map<string, StrippedObject> {
    switch (kind) {
      case 'Ingress':
        return this.#ingresses;
      case 'Service':
        return this.#services;
      case 'EndpointSlice':
        return this.#slices;
      case 'Deployment':
        return this.#deployments;
      case 'Namespace':
        return this.#namespaces;
      case 'IngressClass':
        return this.#classes;
      case 'HTTPRoute':
        return this.#httpRoutes;
      case 'Gateway':
        return this.#gateways;
      case 'GatewayClass':
        return this.#gatewayClasses;
      case 'ReferenceGrant':
        return this.#grants;
    }
  }
}

/** Empty for an object that is being deleted. */
function staying<T extends StrippedObject>(object: T | undefined): readonly T[] {
  return object === undefined || object.meta.deleting ? [] : [object];
}

function isDeleting(object: StrippedObject | undefined): boolean {
  return object?.meta.deleting === true;
}

function asIngress(object: StrippedObject | undefined): StrippedIngress | undefined {
  return object?.kind === 'Ingress' ? object : undefined;
}
