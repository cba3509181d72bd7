import type { NamedTarget } from './engine/target.ts';
import { ANNOTATIONS } from './targets/annotations.ts';
import { LEGACY_ANSWERS } from './targets/legacy-answers.ts';
import { PEER_BATCHES } from './targets/peer-batches.ts';
import { REGISTRATIONS } from './targets/registrations.ts';
import { REQUESTS } from './targets/requests.ts';
import { SMALL_TEXTS } from './targets/small-texts.ts';

/** Every parser of what others send or write. */
export const TARGETS: readonly NamedTarget[] = [
  ...REGISTRATIONS,
  ...LEGACY_ANSWERS,
  PEER_BATCHES,
  ANNOTATIONS,
  ...SMALL_TEXTS,
  ...REQUESTS,
];
