/**
 * Which entries of an application are served. `prefer-kubernetes` hides registrations while an entry from Kubernetes is
 * UP.
 */
export const POLICIES = ['both', 'legacy-only', 'kubernetes-only', 'prefer-kubernetes'] as const;
export type Policy = (typeof POLICIES)[number];
