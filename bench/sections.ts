import type { Lineups } from './lineups.ts';
import { SCENARIOS } from './scenario/sections.ts';
import type { Section } from './section.ts';
import { changesSection } from './sections/changes.ts';
import { readsSection } from './sections/reads.ts';
import { writesSection } from './sections/writes.ts';

/** Those that share the line-ups; when the last of them is done these are stopped. */
export const SHARING: ReadonlySet<string> = new Set(['reads', 'writes']);

/** In the order they run and are reported in. */
export function allSections(lineups: Lineups): readonly Section[] {
  return [readsSection(lineups), writesSection(lineups), changesSection, ...SCENARIOS];
}
