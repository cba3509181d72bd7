import type { RefusalCode } from '../contribution/refusal.ts';
import { sameData } from '../data/same-data.ts';
import { deriveIngress, type Current, type DerivedIngress } from './derive.ts';
import type { NameLookup } from './address.ts';
import type { ObjectView } from './cluster-objects.ts';
import { backendServices, objectKey } from './object-key.ts';
import type { DerivationRules } from './rules.ts';
import type { StrippedEndpointSlice, StrippedIngress, StrippedNamespace, StrippedService } from './stripped.ts';

/**
 * A published Ingress with the objects that it refers to, in their last state: enough to keep it published when some of
 * them are gone. Plain data.
 */
export interface Witness {
  readonly ingress: StrippedIngress;
  readonly services: readonly StrippedService[];
  readonly namespace: StrippedNamespace | undefined;
  /** The default class, if the Ingress has no class. */
  readonly defaultClass: string | undefined;
  /** Only from manifests, where somebody wrote them like the rest; in a cluster they report what is ready. */
  readonly slices: readonly StrippedEndpointSlice[];
}

export function witnessOf(ingress: StrippedIngress, objects: ObjectView, origin: DerivationRules['origin']): Witness {
  const services = Array.from(backendServices(ingress), (name) => objects.service(ingress.meta.namespace, name));
  const known = services.filter((service) => service !== undefined && !service.meta.deleting) as StrippedService[];
  return {
    ingress,
    services: known,
    namespace: objects.namespace(ingress.meta.namespace),
    defaultClass: ingress.className === undefined ? objects.defaultClass() : undefined,
    slices: origin === 'manifests' ? known.flatMap((service) => objects.slicesOf(service)) : [],
  };
}

/**
 * Whether an Ingress is no longer published because something was deleted: the Ingress itself, or an object that it
 * refers to. A change of an object is not a deletion. `code`: why it is refused, if it still exists.
 */
export function isDeletion(
  { ingress: was }: Witness,
  is: StrippedIngress | undefined,
  code: RefusalCode | undefined,
  objects: ObjectView,
): boolean {
  if (is === undefined || code === 'being-deleted') return true;
  return lacksObject(is, code, objects) && sameData(wordsOf(was), wordsOf(is));
}

function lacksObject(ingress: StrippedIngress, code: RefusalCode | undefined, objects: ObjectView): boolean {
  if (code === 'service-not-found' || code === 'deployment-not-found') return true;
  if (code === 'class-not-allowed') return ingress.className === undefined && objects.defaultClass() === undefined;
  // The annotation that had it published may have been on the Namespace.
  const bySpace = code === 'not-selected' || code === 'namespace-not-selected';
  return bySpace && objects.namespace(ingress.meta.namespace) === undefined;
}

/** The parts of the Ingress that people write, and that decide whether and where it is published. */
function wordsOf({ className, rules, defaultBackend, meta }: StrippedIngress): readonly unknown[] {
  return [className, rules, defaultBackend, meta.annotations, meta.labels];
}

/**
 * Derives the Ingress as if everything that it refers to still existed. Endpoints and routes are the current ones,
 * because an entry must not lead to somebody else's backend. Without its Deployments the endpoints decide its health.
 */
export function deriveAsWitnessed(
  witness: Witness,
  objects: ObjectView,
  rules: DerivationRules,
  names: NameLookup,
  current: Current | undefined,
): DerivedIngress {
  const now = objects.ingress(objectKey(witness.ingress));
  const ingress = now === undefined || now.meta.deleting ? witness.ingress : now;
  const view = new WitnessedView(witness, objects);
  const derived = deriveIngress(ingress, view, rules, names, current);
  if (derived.outcome.kind === 'published' || derived.outcome.refusal.code !== 'deployment-not-found') return derived;
  const byEndpoints: DerivationRules = { ...rules, defaults: { ...rules.defaults, health: 'endpoints' } };
  return deriveIngress(ingress, view, byEndpoints, names, current);
}

/** The current objects; objects that are gone are replaced by those of the witness. */
class WitnessedView implements ObjectView {
  readonly #witness: Witness;
  readonly #now: ObjectView;

  constructor(witness: Witness, now: ObjectView) {
    this.#witness = witness;
    this.#now = now;
  }

  ingress(key: string): StrippedIngress | undefined {
    return this.#now.ingress(key);
  }

  service(namespace: string, name: string): StrippedService | undefined {
    const { meta } = this.#witness.ingress;
    const known =
      namespace === meta.namespace ? this.#witness.services.find((each) => each.meta.name === name) : undefined;
    return staying(this.#now.service(namespace, name)) ?? known;
  }

  namespace(name: string): StrippedNamespace | undefined {
    const known = this.#witness.namespace;
    return staying(this.#now.namespace(name)) ?? (known?.meta.name === name ? known : undefined);
  }

  defaultClass(): string | undefined {
    return this.#now.defaultClass() ?? this.#witness.defaultClass;
  }

  slicesOf(service: StrippedService): readonly StrippedEndpointSlice[] {
    const slices = this.#now.slicesOf(service);
    return slices.length > 0
      ? slices
      : this.#witness.slices.filter(({ serviceName }) => serviceName === service.meta.name);
  }

  routeOwner(...route: Parameters<ObjectView['routeOwner']>): ReturnType<ObjectView['routeOwner']> {
    return this.#now.routeOwner(...route);
  }

  deploymentsOf(service: StrippedService): ReturnType<ObjectView['deploymentsOf']> {
    return this.#now.deploymentsOf(service);
  }

  ingressClass(name: string): ReturnType<ObjectView['ingressClass']> {
    return this.#now.ingressClass(name);
  }
}

function staying<T extends { readonly meta: { readonly deleting: boolean } }>(object: T | undefined): T | undefined {
  return object?.meta.deleting === true ? undefined : object;
}
