import type { World } from '../contribution/contribution.ts';
import type { InstanceRecord } from '../model/instance.ts';

/** An entry that a caller may choose. */
export interface Candidate {
  readonly record: InstanceRecord;
  readonly world: World;
}

export const LEFT_OUT_CODES = ['hidden', 'other-vip', 'not-up', 'other-zone', 'same-address'] as const;
export type LeftOutCode = (typeof LEFT_OUT_CODES)[number];

/** An entry that a caller does not choose, and why. */
export interface LeftOut extends Candidate {
  readonly code: LeftOutCode;
  readonly reason: string;
}
