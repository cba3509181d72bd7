import { absent, branded, list, number, object, text, truth } from '../data/shape.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { HoldHead } from './hold.ts';

/**
 * The held and the recently passed removals of a brake, as plain data. It has the ids of the instances only, because
 * their records are stored elsewhere.
 */
export interface BrakeState {
  readonly hold?: { readonly head: HoldHead; readonly waves: readonly WaveState[] };
  readonly passed: readonly WaveState[];
}

export interface WaveState {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly apps: readonly { readonly app: AppName; readonly ids: readonly InstanceId[] }[];
}

export const holdHead = object<HoldHead>({ id: text, since: number, what: text, before: number, kept: truth });

const waves = list(
  object<WaveState>({
    since: number,
    apps: list(object<WaveState['apps'][number]>({ app: branded<AppName>(), ids: list(branded<InstanceId>()) })),
  }),
);

export const brakeState = object<BrakeState>({
  hold: absent(object<NonNullable<BrakeState['hold']>>({ head: holdHead, waves })),
  passed: waves,
});
