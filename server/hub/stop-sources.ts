import type { SourceId } from '../../shared/model/names.ts';
import { within } from '../../shared/within.ts';
import type { Clock } from '../ports/clock.ts';
import type { Source } from '../ports/source.ts';

/** Milliseconds that a source may take to stop before it is left behind. */
const STOP_SOURCE_MS = 3_000;

/** Stops all at the same time; resolves with those that did not stop in time. */
export async function stopSources(sources: readonly Source[], clock: Clock): Promise<readonly SourceId[]> {
  const left = await Promise.all(
    sources.map(async (source) => {
      const stopped = source.stop().then(() => []);
      return within(STOP_SOURCE_MS, clock, stopped, [source.id]);
    }),
  );
  return left.flat();
}
