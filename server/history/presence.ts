import type { Presence } from '../../shared/history/cause.ts';
import type { SourceId } from '../../shared/model/names.ts';
import type { Source } from '../ports/source.ts';

/** Whether a source has an object, `cluster/namespace/ingress`, now; `undefined`: that is not known. */
export type PresenceOf = (source: SourceId, object: string) => Presence | undefined;

export function presenceOf(sources: readonly Source[]): PresenceOf {
  return (source, object) => sources.find(({ id }) => id === source)?.presence?.(object);
}
