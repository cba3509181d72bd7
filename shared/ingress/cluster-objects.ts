import { byText } from '../model/order.ts';
import { keyOf, objectKey } from './object-key.ts';
import { ObjectLinks, selects } from './object-links.ts';
import { RouteClaims, type Claimant } from './route-claims.ts';
import { sameData } from '../data/same-data.ts';
import type {
  ObjectKind,
  StrippedDeployment,
  StrippedEndpointSlice,
  StrippedIngress,
  StrippedIngressClass,
  StrippedNamespace,
  StrippedObject,
  StrippedService,
} from './stripped.ts';

/** The objects that a derivation reads. EndpointSlices, Deployments and classes that are being deleted are left out. */
export interface ObjectView {
  ingress(key: string): StrippedIngress | undefined;
  service(namespace: string, name: string): StrippedService | undefined;
  /** The Ingress to which the controller of the class gives a route. `className`: the effective class. */
  routeOwner(className: string | undefined, route: string): Claimant | undefined;
  slicesOf(service: StrippedService): readonly StrippedEndpointSlice[];
  deploymentsOf(service: StrippedService): readonly StrippedDeployment[];
  namespace(name: string): StrippedNamespace | undefined;
  ingressClass(name: string): StrippedIngressClass | undefined;
  /** The class of Ingresses that name none. */
  defaultClass(): string | undefined;
}

type AffectedIngresses = ReadonlySet<string>;

/**
 * The objects of one cluster. Every change returns the keys (`namespace/name`) of the Ingresses that it may affect. An
 * object that is equal to the stored one affects none, so that a relist of an unchanged cluster costs nothing.
 */
export class ClusterObjects implements ObjectView {
  readonly #ingresses = new Map<string, StrippedIngress>();
  readonly #services = new Map<string, StrippedService>();
  readonly #slices = new Map<string, StrippedEndpointSlice>();
  readonly #deployments = new Map<string, StrippedDeployment>();
  readonly #namespaces = new Map<string, StrippedNamespace>();
  readonly #classes = new Map<string, StrippedIngressClass>();
  readonly #links = new ObjectLinks();
  /** For Ingresses that are published although they, or objects that they refer to, are gone. */
  #followed = { links: new ObjectLinks(), ingresses: new Map<string, StrippedIngress>() };
  readonly #routes = new RouteClaims();

  set(object: StrippedObject): AffectedIngresses {
    const affected = new Set<string>();
    this.#set(object, affected);
    return affected;
  }

  remove(kind: ObjectKind, namespace: string, name: string): AffectedIngresses {
    const affected = new Set<string>();
    this.#remove(kind, keyOf(namespace, name), affected);
    return affected;
  }

  /** Applies the complete list of one kind: objects that are not in it are gone. */
  replaceKind(kind: ObjectKind, objects: Iterable<StrippedObject>): AffectedIngresses {
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

  /** From now on the Ingress is affected by the objects that it refers to, whether or not all of them exist. */
  follow(ingress: StrippedIngress, services: readonly StrippedService[]): void {
    const { links, ingresses } = this.#followed;
    const key = objectKey(ingress);
    this.#unlink(key);
    ingresses.set(key, ingress);
    links.add(ingress);
    for (const service of services) links.add(service);
    this.#routes.follow(ingress);
  }

  unfollow(key: string): void {
    this.#unlink(key);
    // Services are shared by Ingresses, so they are forgotten with the last of them.
    if (this.#followed.ingresses.size === 0) this.#followed = { links: new ObjectLinks(), ingresses: new Map() };
  }

  #unlink(key: string): void {
    const { links, ingresses } = this.#followed;
    const ingress = ingresses.get(key);
    if (ingress === undefined) return;
    ingresses.delete(key);
    links.remove(ingress);
    this.#routes.unfollow(ingress, this.#ingresses.get(key));
  }

  count(kind: ObjectKind): number {
    return this.#store(kind).size;
  }

  ingressKeys(): IterableIterator<string> {
    return this.#ingresses.keys();
  }

  ingress(key: string): StrippedIngress | undefined {
    return this.#ingresses.get(key);
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
    for (const key of this.#routes.replace(asIngress(before), asIngress(after))) affected.add(key);
    // Ingresses without class change sides: whoever shares a route with one of them has another rival.
    if (this.defaultClass() !== defaultClass)
      for (const key of this.#links.ingressesWithoutClass()) {
        const ingress = this.#ingresses.get(key);
        for (const sharing of ingress === undefined ? [] : this.#routes.sharing(ingress)) affected.add(sharing);
      }
  }

  #collect(object: StrippedObject, affected: Set<string>): void {
    for (const key of this.#links.affectedBy(object)) affected.add(key);
    if (this.#followed.ingresses.size > 0) for (const key of this.#followed.links.affectedBy(object)) affected.add(key);
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
    }
  }
}

/** Empty for an object that is being deleted. */
function staying<T extends StrippedObject>(object: T | undefined): readonly T[] {
  return object === undefined || object.meta.deleting ? [] : [object];
}

function asIngress(object: StrippedObject | undefined): StrippedIngress | undefined {
  return object?.kind === 'Ingress' ? object : undefined;
}
