import { INSTANCE_STATUSES, type InstanceStatus } from '../model/instance.ts';
import type { MergedApplication, Origin } from '../registry/application.ts';

/** Where an application is on its way. `none`: candidates are known, but nothing is registered or published. */
export const STAGES = ['legacy-only', 'dual', 'kubernetes-only', 'none'] as const;
export type Stage = (typeof STAGES)[number];

/** The most useful one that an entry has decides; `NONE`: nothing is served. */
export const APPLICATION_STATUSES = [...INSTANCE_STATUSES, 'NONE'] as const;
export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];

const BEST_FIRST: readonly InstanceStatus[] = ['UP', 'STARTING', 'OUT_OF_SERVICE', 'DOWN', 'UNKNOWN'];

/** Hidden entries count: what is hidden at a share of 100 % is still registered. */
export function stageOf({ served, origins, hidden }: MergedApplication): Stage {
  const kinds = new Set<Origin['kind']>(hidden.map(({ origin }) => origin.kind));
  for (const { id } of served) kinds.add(origins.get(id)?.kind ?? 'registration');
  if (kinds.has('registration')) return kinds.has('ingress') ? 'dual' : 'legacy-only';
  return kinds.has('ingress') ? 'kubernetes-only' : 'none';
}

export function statusOf({ counts }: MergedApplication): ApplicationStatus {
  return BEST_FIRST.find((status) => counts[status] > 0) ?? 'NONE';
}
