import type { DocumentFacts } from '../../../../shared/codec/document.ts';
import { countedIn } from '../../../../shared/registry/hashcode.ts';

/**
 * What is wrong with a full answer that lists fewer instances than its own hash code counts. A server makes that hash
 * code of what it lists, so something took a part of it away since, such as a proxy that filters. All other hash codes
 * that do not agree say nothing: some products never have one that does.
 */
export function lackOf({ hashCode, listed }: Pick<DocumentFacts, 'hashCode' | 'listed'>): string | undefined {
  const counted = hashCode === undefined ? undefined : countedIn(hashCode);
  if (counted === undefined || counted <= listed) return undefined;
  return `lists ${listed} of the ${counted} instances that its own hash code counts`;
}

/** How many instances there are by a server's own account: those that it lists, or more when a part is missing. */
export function countOf({ hashCode, listed }: Pick<DocumentFacts, 'hashCode' | 'listed'>): number {
  return Math.max(listed, hashCode === undefined ? 0 : (countedIn(hashCode) ?? 0));
}

/** Whether a full answer lists exactly what its hash code counts. An empty one does with any server. */
export function isWhole({ hashCode, listed }: Pick<DocumentFacts, 'hashCode' | 'listed'>): boolean {
  return listed > 0 && hashCode !== undefined && countedIn(hashCode) === listed;
}
