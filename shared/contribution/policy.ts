/** Which world's instances of an application are served; `prefer-kubernetes` hides the legacy's while Kubernetes is UP. */
export const POLICIES = ['both', 'legacy-only', 'kubernetes-only', 'prefer-kubernetes'] as const;
export type Policy = (typeof POLICIES)[number];
