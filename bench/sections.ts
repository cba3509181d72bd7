import { changesSection } from './sections/changes.ts';
import { readsSection } from './sections/reads.ts';
import { writesSection } from './sections/writes.ts';
import { SCENARIOS } from './scenario/sections.ts';
import type { Section } from './section.ts';

/** In the order they run and are reported in. */
export const SECTIONS: readonly Section[] = [readsSection, writesSection, changesSection, ...SCENARIOS];
