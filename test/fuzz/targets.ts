import type { NamedTarget } from './engine/target.ts';
import { ANNOTATIONS } from './targets/annotations.ts';
import { CLUSTER } from './targets/cluster.ts';
import { CONFIGURATION } from './targets/configuration.ts';
import { FILES } from './targets/files.ts';
import { HTTP } from './http/target.ts';
import { LEGACY_ANSWERS } from './targets/legacy-answers.ts';
import { PEER_BATCHES } from './targets/peer-batches.ts';
import { REGISTRATIONS } from './targets/registrations.ts';
import { REQUESTS } from './targets/requests.ts';
import { SMALL_TEXTS } from './targets/small-texts.ts';
import { WATCH_STREAMS } from './targets/watch-streams.ts';

/** Every parser of what others send or write. */
export const TARGETS: readonly NamedTarget[] = [
  ...REGISTRATIONS,
  ...LEGACY_ANSWERS,
  PEER_BATCHES,
  ANNOTATIONS,
  ...SMALL_TEXTS,
  CONFIGURATION,
  ...FILES,
  ...CLUSTER,
  WATCH_STREAMS,
  ...HTTP,
  ...REQUESTS,
];
