import type { Section } from './section.ts';
import { changes } from './sections/changes.ts';
import { deltas } from './sections/deltas.ts';
import { herd } from './sections/herd.ts';
import { kubernetes } from './sections/kubernetes.ts';
import { memory } from './sections/memory.ts';
import { propagation } from './sections/propagation.ts';
import { recall } from './sections/recall.ts';
import { reads } from './sections/reads.ts';
import { security } from './sections/security.ts';
import { stall } from './sections/stall.ts';
import { start } from './sections/start.ts';
import { writes } from './sections/writes.ts';

/** All sections, in the order in which they run and are reported. */
export const SECTIONS: readonly Section[] = [
  reads,
  writes,
  security,
  recall,
  changes,
  stall,
  memory,
  start,
  herd,
  propagation,
  kubernetes,
  deltas,
];
