import type { RefusalCause } from '../contribution/refusal.ts';
import type { ObjectView } from './cluster-objects.ts';
import type { Candidate } from './stripped.ts';

/**
 * Why a candidate counts as gone although it still exists; `undefined` when it does not. Finalizers may take hours, and
 * the load balancer stops serving it at some moment in between. Everything in a Namespace that is being deleted goes
 * with it.
 */
export function whyGone({ kind, meta }: Candidate, objects: ObjectView): RefusalCause | undefined {
  const code = 'being-deleted';
  if (meta.deleting) return { code, reason: `the ${kind} is being deleted (metadata.deletionTimestamp is set)` };
  if (objects.namespace(meta.namespace)?.meta.deleting !== true) return undefined;
  return { code, reason: `namespace ${meta.namespace} is being deleted, and all in it` };
}
