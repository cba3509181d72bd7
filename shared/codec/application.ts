import type { InstanceRecord } from '../model/instance.ts';
import { appName } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';
import { noteSkipped, type DecodeError, type Skipped } from './decode-error.ts';
import type { DecodedApplication } from './document.ts';
import { idOf, recordOf, type InstanceDraft } from './draft.ts';
import { identifierLengthFault, lengthFault, shownIdentifier } from './identifiers.ts';
import type { Reading } from './reading.ts';
import { sharedText } from './sharing.ts';

/** How one format reads the instances that an application lists. */
export interface InstanceFormat<Item> {
  /** One field as text; `undefined` when it is absent. */
  textOf(item: Item, field: 'app' | 'instanceId'): string | undefined;
  /** `neighbour`: the instance before it in the same application, with which it may share equal values. */
  decode(
    item: Item,
    app: string,
    now: number,
    neighbour: InstanceRecord | undefined,
  ): Result<InstanceRecord, DecodeError>;
}

/**
 * One application from its name and the items of its `instance`. An application without a name has that of its first
 * instance; `undefined` when there is none either. An instance that cannot be read is skipped.
 */
export function* decodeApplication<Item>(
  ownName: string | undefined,
  items: readonly Item[],
  format: InstanceFormat<Item>,
  now: number,
  skipped: Skipped[],
): Reading<DecodedApplication | undefined> {
  const name = ownName ?? items.map((item) => format.textOf(item, 'app')).find(Boolean);
  const fault = name === undefined || name === '' ? 'an application has no name' : lengthFault('its name', name);
  if (name === undefined || fault !== undefined) {
    noteSkipped(skipped, { id: shownIdentifier(name ?? ''), reason: fault ?? '' });
    return undefined;
  }
  const instances: InstanceRecord[] = [];
  for (const item of items) {
    const decoded = format.decode(item, name, now, instances.at(-1));
    if (decoded.ok) instances.push(decoded.value);
    else {
      const id = shownIdentifier(`${name}/${format.textOf(item, 'instanceId') ?? ''}`);
      noteSkipped(skipped, { id, reason: decoded.error.reason });
    }
    yield;
  }
  return { name: appName(name), instances };
}

/**
 * The record of an instance in an answer. `listedIn`: the application that lists it, used when it names none itself.
 */
export function recordFromAnswer(
  draft: InstanceDraft,
  listedIn: string | undefined,
  now: number,
  neighbour?: InstanceRecord,
): Result<InstanceRecord, DecodeError> {
  const id = idOf(draft);
  if (id === undefined) return err({ reason: 'it has neither instanceId nor hostName' });
  const app = draft.app || listedIn;
  if (app === undefined) return err({ reason: 'it has no app' });
  const record = recordOf(draft, id, sharedText(appName(app), neighbour?.app), now);
  const fault = identifierLengthFault(record);
  return fault === undefined ? ok(record) : err({ reason: fault });
}
