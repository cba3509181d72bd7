import type { AppContribution } from './contribution.ts';
import { publicationObject, type Publication } from './publication.ts';
import type { Refusal } from './refusal.ts';

/**
 * The contribution of a cluster that has been out of reach for longer than `clusters[].maxAge`: nothing of it is served,
 * and each object is refused with the reason. It keeps its claim on the name, because the cluster may come back.
 */
export function withdrawn({ publications, refusals }: AppContribution, reason: string): AppContribution {
  return {
    instances: [],
    publications: [],
    refusals: [...publications.map((each) => refusalOf(each, reason)), ...refusals],
  };
}

function refusalOf(publication: Publication, reason: string): Refusal {
  const { cluster, namespace, ingress, kind, createdAt } = publication;
  return {
    object: publicationObject(publication),
    code: 'out-of-reach',
    reason,
    claim: { cluster, namespace, ingress, createdAt, ...(kind !== undefined && { kind }) },
  };
}
