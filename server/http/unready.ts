import type { RegistryView } from '../ports/registry-view.ts';
import type { Source } from '../ports/source.ts';

/** The sources that reads wait for, each with its last error, for people. */
export function awaitedSources({
  registry,
  sources,
}: {
  readonly registry: RegistryView;
  readonly sources: readonly Source[];
}): string {
  const awaited = registry.awaited().map((id) => {
    const reason = sources.find((source) => source.id === id)?.health().lastError;
    return reason === undefined ? id : `${id} (${reason})`;
  });
  return `waiting for the first complete view of ${awaited.join(', ')}`;
}
