import type { Section } from '../section.ts';
import { forwarding } from './forwarding.ts';
import { herd } from './herd.ts';
import { leak } from './leak.ts';
import { memory } from './memory.ts';
import { pollers } from './pollers.ts';
import { propagation } from './propagation.ts';
import { stall } from './stall.ts';
import { start } from './start.ts';
import { update } from './update.ts';

/** In the order they run and are reported in. */
export const SCENARIOS: readonly Section[] = [
  update,
  stall,
  memory,
  start,
  herd,
  forwarding,
  propagation,
  pollers,
  leak,
];
