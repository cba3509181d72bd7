import type { RefusalCode } from '../contribution/refusal.ts';
import { sameData } from '../data/same-data.ts';
import type { NameLookup } from '../ingress/address.ts';
import type { ObjectView } from '../ingress/cluster-objects.ts';
import { gatewaysOf } from '../ingress/http-route-claims.ts';
import { backendServices, objectKey } from '../ingress/object-key.ts';
import type { DerivationRules } from '../ingress/rules.ts';
import type {
  Candidate,
  StrippedEndpointSlice,
  StrippedNamespace,
  StrippedObject,
  StrippedService,
} from '../ingress/stripped.ts';
import type { StrippedGateway, StrippedReferenceGrant } from '../ingress/stripped-gateway.ts';
import { deriveCandidate, type Current, type DerivedCandidate } from './derive.ts';

/**
 * A published Ingress or HTTPRoute with the objects that it refers to, in their last state: enough to keep it published
 * when some of them are gone. Plain data.
 */
export interface Witness {
  readonly candidate: Candidate;
  readonly services: readonly StrippedService[];
  readonly namespace: StrippedNamespace | undefined;
  /** The default class, if the Ingress has no class. */
  readonly defaultClass: string | undefined;
  /** Only from manifests, where somebody wrote them like the rest; in a cluster they report what is ready. */
  readonly slices: readonly StrippedEndpointSlice[];
  /** The parents of an HTTPRoute, and what lets it refer to Services of other namespaces. */
  readonly gateways: readonly StrippedGateway[];
  readonly grants: readonly StrippedReferenceGrant[];
}

/** The objects of a witness beside the candidate. */
export function witnessedObjects({ services, gateways, grants }: Witness): readonly StrippedObject[] {
  return [...services, ...gateways, ...grants];
}

export function witnessOf(candidate: Candidate, objects: ObjectView, origin: DerivationRules['origin']): Witness {
  const { namespace } = candidate.meta;
  const keys = [...backendServices(candidate)].map(partsOf);
  const services = keys.flatMap((key) => staying(objects.service(...key)) ?? []);
  const isRoute = candidate.kind === 'HTTPRoute';
  const parents = isRoute ? gatewaysOf(candidate).map(partsOf) : [];
  const foreign = isRoute ? new Set(keys.map(([space]) => space).filter((space) => space !== namespace)) : [];
  return {
    candidate,
    services,
    namespace: objects.namespace(namespace),
    defaultClass: !isRoute && candidate.className === undefined ? objects.defaultClass() : undefined,
    slices: origin === 'manifests' ? services.flatMap((service) => objects.slicesOf(service)) : [],
    gateways: parents.flatMap((key) => staying(objects.gateway(...key)) ?? []),
    grants: [...foreign].flatMap((space) => objects.grantsIn(space)),
  };
}

/** Namespace and name of a key. */
function partsOf(key: string): [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/**
 * Whether a candidate is no longer published because something was deleted: the candidate itself, or an object that it
 * refers to. A change of an object is not a deletion. `code`: why it is refused, if it still exists.
 */
export function isDeletion(
  { candidate: was }: Witness,
  is: Candidate | undefined,
  code: RefusalCode | undefined,
  objects: ObjectView,
): boolean {
  if (is === undefined || code === 'being-deleted') return true;
  return lacksObject(is, code, objects) && sameData(wordsOf(was), wordsOf(is));
}

function lacksObject(candidate: Candidate, code: RefusalCode | undefined, objects: ObjectView): boolean {
  if (code !== undefined && LACKING.has(code)) return true;
  if (code === 'class-not-allowed')
    return candidate.kind === 'Ingress' && candidate.className === undefined && objects.defaultClass() === undefined;
  // The annotation that had it published may have been on the Namespace.
  const bySpace = code === 'not-selected' || code === 'namespace-not-selected';
  return bySpace && objects.namespace(candidate.meta.namespace) === undefined;
}

const LACKING: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'service-not-found',
  'deployment-not-found',
  'gateway-not-found',
  'reference-not-granted',
]);

/** The parts of the candidate that people write, and that decide whether and where it is published. */
function wordsOf(candidate: Candidate): readonly unknown[] {
  const { annotations, labels } = candidate.meta;
  return candidate.kind === 'Ingress'
    ? [candidate.className, candidate.rules, candidate.defaultBackend, annotations, labels]
    : [candidate.parents, candidate.hostnames, candidate.rules, annotations, labels];
}

/**
 * Derives the candidate as if everything that it refers to still existed. Endpoints and routes are the current ones,
 * because an entry must not lead to somebody else's backend. Without its Deployments the endpoints decide its health.
 */
export function deriveAsWitnessed(
  witness: Witness,
  objects: ObjectView,
  rules: DerivationRules,
  names: NameLookup,
  current: Current | undefined,
): DerivedCandidate {
  const now = objects.candidate(objectKey(witness.candidate));
  const candidate = now === undefined || now.meta.deleting ? witness.candidate : now;
  const view = new WitnessedView(witness, objects);
  const derived = deriveCandidate(candidate, view, rules, names, current);
  if (derived.outcome.kind === 'published' || derived.outcome.refusal.code !== 'deployment-not-found') return derived;
  const byEndpoints: DerivationRules = { ...rules, defaults: { ...rules.defaults, health: 'endpoints' } };
  return deriveCandidate(candidate, view, byEndpoints, names, current);
}

/** The current objects; objects that are gone are replaced by those of the witness. */
class WitnessedView implements ObjectView {
  readonly #witness: Witness;
  readonly #now: ObjectView;

  constructor(witness: Witness, now: ObjectView) {
    this.#witness = witness;
    this.#now = now;
  }

  candidate(key: string): Candidate | undefined {
    return this.#now.candidate(key);
  }

  service(namespace: string, name: string): StrippedService | undefined {
    return staying(this.#now.service(namespace, name)) ?? named(this.#witness.services, namespace, name);
  }

  gateway(namespace: string, name: string): StrippedGateway | undefined {
    return staying(this.#now.gateway(namespace, name)) ?? named(this.#witness.gateways, namespace, name);
  }

  grantsIn(namespace: string): readonly StrippedReferenceGrant[] {
    return [
      ...this.#now.grantsIn(namespace),
      ...this.#witness.grants.filter(({ meta }) => meta.namespace === namespace),
    ];
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
      : this.#witness.slices.filter(
          ({ serviceName, meta }) => serviceName === service.meta.name && meta.namespace === service.meta.namespace,
        );
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

  gatewayClass(name: string): ReturnType<ObjectView['gatewayClass']> {
    return this.#now.gatewayClass(name);
  }

  routesClaiming(...claim: Parameters<ObjectView['routesClaiming']>): ReturnType<ObjectView['routesClaiming']> {
    return this.#now.routesClaiming(...claim);
  }
}

function named<T extends StrippedObject>(objects: readonly T[], namespace: string, name: string): T | undefined {
  return objects.find(({ meta }) => meta.namespace === namespace && meta.name === name);
}

function staying<T extends { readonly meta: { readonly deleting: boolean } }>(object: T | undefined): T | undefined {
  return object?.meta.deleting === true ? undefined : object;
}
