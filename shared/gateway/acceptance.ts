import { describeCondition } from '../ingress/strip-gateway.ts';
import type { ParentRef, StrippedHttpRoute } from '../ingress/stripped-gateway.ts';

/** What the controllers of a parent say of a route. */
export type Verdict =
  /** `complaint`: what it accepted and cannot carry out, such as a Service that it does not find. */
  | { readonly kind: 'accepted'; readonly complaint: string | undefined }
  /** No controller has looked at it yet. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'rejected'; readonly reason: string };

/** Several controllers may write about one parent; one that accepts suffices. */
export function verdictOn({ statuses }: StrippedHttpRoute, parent: ParentRef): Verdict {
  const about = statuses.filter((status) => isSameParent(status.parent, parent));
  const accepting = about.find(({ accepted }) => accepted?.status === 'True');
  if (accepting !== undefined) {
    const { resolvedRefs } = accepting;
    const unresolved = resolvedRefs !== undefined && resolvedRefs.status !== 'True';
    return { kind: 'accepted', complaint: unresolved ? describeCondition('ResolvedRefs', resolvedRefs) : undefined };
  }
  const rejecting = about.find(({ accepted }) => accepted?.status === 'False')?.accepted;
  return rejecting === undefined
    ? { kind: 'pending' }
    : { kind: 'rejected', reason: describeCondition('Accepted', rejecting) };
}

function isSameParent(a: ParentRef, b: ParentRef): boolean {
  return (
    a.gateway?.namespace === b.gateway?.namespace &&
    a.gateway?.name === b.gateway?.name &&
    a.sectionName === b.sectionName &&
    a.port === b.port
  );
}
