import type { AppName, InstanceId, SourceId } from '../../shared/model/names.ts';
import type { Entry } from '../../shared/registry/application.ts';
import type { Holding, Source } from '../ports/source.ts';

/** The hold that let the removal of a deleted entry through; `undefined`: it went for another reason. */
export type LetThroughBy = (app: AppName, deleted: Entry) => string | undefined;

/** A copy goes with the instance that it is a copy of. */
export function letThroughBy(sources: readonly Source[]): LetThroughBy {
  // Some hold nothing before their start: they are asked each time.
  const holdingOf = (source: SourceId): Holding | undefined => sources.find(({ id }) => id === source)?.holding;
  return (app, { record, origin }) => {
    const id: InstanceId = origin.kind === 'copy' ? origin.original : record.id;
    const object = origin.kind === 'ingress' ? origin.object : undefined;
    return holdingOf(origin.source)?.letThroughBy(app, id, object);
  };
}
