import { REFUSAL_CODES } from '../contribution/refusal.ts';
import type { MergeMemory } from '../registry/application.ts';
import { PAGES, type TwinTemplate } from '../registry/template.ts';
import { readRecord, writeRecord } from './record-shape.ts';
import { entries, list, number, object, oneOf, optional, text, type Shape } from '../data/shape.ts';

const optionalText = optional(text);

/** A member that files of earlier versions have not. */
function sinceThen<T>(shape: Shape<T>, before: T): Shape<T> {
  return {
    write: (value) => shape.write(value),
    read: (json) => (json === undefined ? before : shape.read(json)),
  };
}

const template = object<TwinTemplate>({
  vipAddress: optionalText,
  secureVipAddress: optionalText,
  metadata: entries(text),
  disputed: sinceThen(list(text), []),
  homePagePath: optionalText,
  statusPagePath: optionalText,
  healthCheckPath: optionalText,
  foreignPages: list(oneOf(PAGES)),
  zones: entries(number),
  amazonZones: optional(entries(text)),
  goneSince: optional(number),
});

/** What the merge of one application remembers. */
export const mergeMemory = object<MergeMemory>({
  template: optional(template),
  served: list({ write: writeRecord, read: (json) => readRecord(json) }),
  refusals: list(object<MergeMemory['refusals'][number]>({ object: text, code: oneOf(REFUSAL_CODES), since: number })),
});
