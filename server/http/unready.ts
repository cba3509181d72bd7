import type { RegistryView } from '../ports/registry-view.ts';
import type { Source } from '../ports/source.ts';

/**
 * The sources that reads wait for, for people; with reasons: each with its last error, which names hosts of the network
 * inside.
 */
export function awaitedSources(
  {
    registry,
    sources,
  }: {
    readonly registry: RegistryView;
    readonly sources: readonly Source[];
  },
  say: 'reasons' | 'names' = 'reasons',
): string {
  const awaited = registry.awaited().map((id) => {
    const reason = sources.find((source) => source.id === id)?.health().lastError;
    return reason === undefined || say === 'names' ? id : `${id} (${reason})`;
  });
  return `waiting for the first complete view of ${awaited.join(', ')}`;
}
