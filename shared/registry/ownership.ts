import { publicationObject, type Publication } from '../contribution/publication.ts';
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
 * An application belongs to the namespace and Ingress that claimed it first, by creation and then by name. The same
 * pair in further clusters is the same owner. An owner that is refused for another reason keeps the name, so that a
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
  const owner = [...admitted.map(({ publication }) => publication), ...refusedClaims].toSorted(byClaim)[0];
  if (owner === undefined) return { owned: [], refusals };
  const owned: C[] = [];
  for (const claim of admitted.toSorted(byCluster)) {
    const { publication } = claim;
    const same = publication.namespace === owner.namespace && publication.ingress === owner.ingress;
    const again = owned.some((other) => other.publication.cluster === publication.cluster);
    if (same && !again) owned.push(claim);
    else
      refusals.push({
        object: publicationObject(publication),
        code: 'ownership',
        reason: same ? publishedAlready(publication) : belongsTo(question.app, owner),
      });
  }
  return { owned, refusals };
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
  return `${app} belongs to ${owner.cluster}/${owner.namespace}/${owner.ingress}, which claimed it first (${since})${state}; give this Ingress another name with eurek8s.io/app, or delete the other`;
}

/** An unknown creation, as of a manifest, counts as the youngest, so that it takes nothing from a running owner. */
function byClaim(a: NameClaim, b: NameClaim): number {
  return (
    (a.createdAt || Number.MAX_SAFE_INTEGER) - (b.createdAt || Number.MAX_SAFE_INTEGER) ||
    byText(a.namespace, b.namespace) ||
    byText(a.ingress, b.ingress)
  );
}

function byCluster(a: Claim, b: Claim): number {
  return byText(a.publication.cluster, b.publication.cluster) || byText(a.source, b.source);
}
