import { byText } from '../model/order.ts';
import type { Publication } from '../contribution/publication.ts';
import { publicationObject } from '../contribution/publication.ts';
import type { Refusal } from '../contribution/refusal.ts';

/** One claim with the source it came through. */
export interface Claim {
  readonly source: string;
  readonly publication: Publication;
}

export interface Ownership<C extends Claim> {
  /** The owner's publications, one per cluster, by cluster name. */
  readonly owned: readonly C[];
  readonly refusals: readonly Refusal[];
}

/**
 * An application belongs to the (namespace, ingress) that claimed it first: oldest creation, then name. The same pair in
 * further clusters is the same owner. `allowed`: namespaces that may claim it, empty for any.
 */
export function decideOwnership<C extends Claim>(claims: readonly C[], allowed: readonly string[]): Ownership<C> {
  const refusals: Refusal[] = [];
  const admitted = claims.filter(({ publication }) => {
    if (allowed.length === 0 || allowed.includes(publication.namespace)) return true;
    refusals.push({
      object: publicationObject(publication),
      code: 'namespace-not-allowed',
      reason: `namespace ${publication.namespace} may not claim ${publication.app}: applications.${publication.app}.namespaces allows ${allowed.join(', ')}`,
    });
    return false;
  });
  const owner = admitted.toSorted(byClaim)[0]?.publication;
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
        reason: same
          ? `cluster ${publication.cluster} already publishes it through another source`
          : `${owner.app} belongs to ${publicationObject(owner)}, which claimed it first (${new Date(owner.createdAt).toISOString()}); give this Ingress another name with eurek8s.io/app, or delete the other`,
      });
  }
  return { owned, refusals };
}

function byClaim(a: Claim, b: Claim): number {
  return (
    a.publication.createdAt - b.publication.createdAt ||
    byText(a.publication.namespace, b.publication.namespace) ||
    byText(a.publication.ingress, b.publication.ingress)
  );
}

function byCluster(a: Claim, b: Claim): number {
  return byText(a.publication.cluster, b.publication.cluster) || byText(a.source, b.source);
}
