import { publicationKey, publicationObject, type Publication } from '../contribution/publication.ts';
import type { NameClaim, Refusal } from '../contribution/refusal.ts';
import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';

/** One publication with its source. */
export interface Claim {
  readonly source: string;
  readonly publication: Publication;
}

/** Who owns the name of an application? */
export interface OwnershipQuestion<C extends Claim> {
  readonly app: AppName;
  readonly claims: readonly C[];
  /** Refused candidates, of which some keep their claim. */
  readonly refused: readonly Refusal[];
  /** The namespaces that may claim the name, or `any`, or why nobody may. */
  readonly allowed: readonly string[] | 'any' | { readonly nobody: string };
}

export interface Ownership<C extends Claim> {
  /** The publications of the owner, one per cluster, by cluster name. */
  readonly owned: readonly C[];
  readonly refusals: readonly Refusal[];
}

/**
 * An application belongs to the namespace and Ingress or HTTPRoute that claimed it first, by creation and then by name.
 * The same pair in further clusters is the same owner. The first Ingress and the first HTTPRoute of that namespace are
 * one owner on the way from one to the other. An owner that is refused for another reason keeps the name, so that a
 * typing error hands its callers to nobody else.
 */
export function decideOwnership<C extends Claim>(question: OwnershipQuestion<C>): Ownership<C> {
  const { claims, refused, allowed } = question;
  const refusals: Refusal[] = [];
  const admitted = claims.filter((claim) => {
    const reason = whyNotAdmitted(question.app, claim.publication.namespace, allowed);
    if (reason === undefined) return true;
    refusals.push({ object: publicationObject(claim.publication), code: 'namespace-not-allowed', reason });
    return false;
  });
  const refusedClaims = refused.flatMap((refusal) =>
    refusal.claim === undefined || whyNotAdmitted(question.app, refusal.claim.namespace, allowed) !== undefined
      ? []
      : { ...refusal.claim, refusal },
  );
  const all = [...admitted.map(({ publication }) => publication), ...refusedClaims].toSorted(byClaim);
  const owner = all[0];
  if (owner === undefined) return { owned: [], refusals };
  const other = all.find(({ namespace, kind }) => namespace === owner.namespace && kind !== owner.kind);
  const ownKeys = new Set([owner, ...(other === undefined ? [] : [other])].map(publicationKey));
  const owned: C[] = [];
  for (const claim of admitted.toSorted(byCluster)) {
    const { publication } = claim;
    const same = ownKeys.has(publicationKey(publication));
    const again = owned.some(
      (one) => one.publication.cluster === publication.cluster && one.publication.kind === publication.kind,
    );
    if (same && !again) owned.push(claim);
    else
      refusals.push({
        object: publicationObject(publication),
        code: 'ownership',
        reason: same ? publishedAlready(publication) : belongsTo(question.app, owner),
      });
  }
  const waiting = owned.flatMap((claim) => inTransition(claim, owned));
  const passed = new Set(waiting.map(({ claim }) => claim));
  return {
    owned: owned.filter((claim) => !passed.has(claim)),
    refusals: [...refusals, ...waiting.map(({ refusal }) => refusal)],
  };
}

/**
 * In one cluster the Ingress and the HTTPRoute of an owner are not served side by side: the HTTPRoute takes over when
 * it is UP, and not before. While no controller has accepted it, nothing may answer its calls, and an Ingress that is UP
 * stays. They decide by the present alone, so that all replicas do the same.
 */
function inTransition<C extends Claim>(
  claim: C,
  owned: readonly C[],
): readonly { readonly claim: C; readonly refusal: Refusal }[] {
  const { publication } = claim;
  const other = owned.find(
    (one) => one.publication.cluster === publication.cluster && one.publication.kind !== publication.kind,
  )?.publication;
  if (other === undefined) return [];
  const isRoute = publication.kind === 'HTTPRoute';
  const [route, ingress] = isRoute ? [publication, other] : [other, publication];
  const takenOver = route.status === 'UP' && (route.pending !== true || ingress.status !== 'UP');
  if (takenOver === isRoute) return [];
  const name = publicationObject(other);
  const reason = isRoute
    ? `${whyNotYet(route)}, Ingress ${name} is served`
    : `HTTPRoute ${name} of the same application is UP and is served in its place: ${whatNext(ingress, route)}`;
  return [{ claim, refusal: { object: publicationObject(publication), code: 'in-transition', reason } }];
}

function whyNotYet({ status, statusReason, pending }: Publication): string {
  return status === 'UP' && pending === true
    ? 'no controller has accepted it (no condition Accepted in its status): until one has'
    : `it is ${status} (${statusReason}): until it is UP`;
}

/** Callers resolve the host. As long as its DNS record names the load balancer of the Ingress, they call that one. */
function whatNext(ingress: Publication, route: Publication): string {
  if (route.pending === true) return `no controller has accepted it yet, but this one is ${ingress.status}`;
  return ingress.host === route.host && ingress.address === route.address
    ? `both have address ${route.address}, so see that the Gateway answers there before the Ingress is deleted`
    : 'the Ingress can be deleted';
}

function whyNotAdmitted(
  app: AppName,
  namespace: string,
  allowed: OwnershipQuestion<Claim>['allowed'],
): string | undefined {
  if (allowed === 'any') return undefined;
  if ('nobody' in allowed) return `namespace ${namespace} may not claim ${app}: ${allowed.nobody}`;
  return allowed.includes(namespace)
    ? undefined
    : `namespace ${namespace} may not claim ${app}: applications.${app}.namespaces allows ${allowed.join(', ')}`;
}

function publishedAlready({ cluster }: Publication): string {
  return `cluster ${cluster} already publishes it through another source`;
}

function belongsTo(app: AppName, owner: NameClaim & { readonly refusal?: Refusal }): string {
  const since = owner.createdAt > 0 ? new Date(owner.createdAt).toISOString() : 'at a time not known';
  const state =
    owner.refusal === undefined ? '' : `; it is refused itself (${owner.refusal.code}) and keeps the name all the same`;
  return `${app} belongs to ${publicationObject(owner)}, which claimed it first (${since})${state}; give this one another name with eurek8s.io/app, or delete the other`;
}

/** An unknown creation, as of a manifest, counts as the youngest, so that it takes nothing from a running owner. */
function byClaim(a: NameClaim, b: NameClaim): number {
  return (
    (a.createdAt || Number.MAX_SAFE_INTEGER) - (b.createdAt || Number.MAX_SAFE_INTEGER) ||
    byText(a.namespace, b.namespace) ||
    byText(a.ingress, b.ingress) ||
    byText(a.kind ?? '', b.kind ?? '')
  );
}

function byCluster(a: Claim, b: Claim): number {
  return byText(a.publication.cluster, b.publication.cluster) || byText(a.source, b.source);
}
