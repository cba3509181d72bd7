import type { Tally } from './trial.ts';

/** So many inputs have some of each kind, whatever the seed: of a target that refuses most, one in a hundred is good. */
const ENOUGH = 1_000;

/** Why what a target found, or did not find, says nothing: its inputs had all the same end. */
export function oneSided({ accepted, refused }: Pick<Tally, 'accepted' | 'refused'>): string | undefined {
  const judged = accepted + refused;
  if (judged < ENOUGH) return undefined;
  if (accepted === 0) return `none of ${judged} inputs was accepted, the undamaged ones neither`;
  return refused === 0 ? `none of ${judged} inputs was refused, however damaged` : undefined;
}
