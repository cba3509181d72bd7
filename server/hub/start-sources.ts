import type { Clock } from '../ports/clock.ts';
import type { Source } from '../ports/source.ts';

/**
 * Milliseconds that upstreams wait while a restored registry can be answered: to load the code of their clients is one
 * long turn, and the first requests have waited for the whole start.
 */
const RESTORED_FIRST_MS = 250;

/**
 * Starts the sources. `answering`: what was restored is answered already, so that those with an upstream may come later;
 * a registry of our own takes writes only after its start. Returns how to call off what has not started.
 */
export function startSources(
  sources: readonly Source[],
  clock: Clock,
  answering: boolean,
  start: (source: Source) => void,
): () => void {
  const later = answering ? sources.filter(({ local }) => local !== true) : [];
  for (const source of sources) if (!later.includes(source)) start(source);
  return later.length === 0 ? () => undefined : clock.after(RESTORED_FIRST_MS, () => later.forEach(start));
}
