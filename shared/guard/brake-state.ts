import { absent, branded, list, number, object, text } from '../data/shape.ts';
import type { AppName, InstanceId } from '../model/names.ts';

/** What a brake keeps back, as plain data: instances by their ids, as the records are kept elsewhere. */
export interface BrakeState {
  readonly hold?: HeldState;
  /** Removals let through lately, epoch milliseconds. */
  readonly passed: readonly Passed[];
}

export interface Passed {
  readonly at: number;
  readonly count: number;
}

interface HeldState {
  readonly id: string;
  readonly since: number;
  readonly what: string;
  readonly before: number;
  readonly waves: readonly WaveState[];
}

interface WaveState {
  readonly since: number;
  readonly apps: readonly { readonly app: AppName; readonly ids: readonly InstanceId[] }[];
}

const wave = object<WaveState>({
  since: number,
  apps: list(object<WaveState['apps'][number]>({ app: branded<AppName>(), ids: list(branded<InstanceId>()) })),
});

export const brakeState = object<BrakeState>({
  hold: absent(object<HeldState>({ id: text, since: number, what: text, before: number, waves: list(wave) })),
  passed: list(object<Passed>({ at: number, count: number })),
});
