import { LOOKUP_KINDS, PLACES, READ_KINDS, REGISTER_KINDS } from '../census/caller.ts';
import { WRITE_KINDS } from '../history/cause.ts';
import { INSTANCE_STATUSES } from '../model/instance.ts';
import { count, list, mapOf, moment, object, oneOf, ref, text, texts, told, truth, type Schema } from './schema.ts';

const fact: Schema = { anyOf: [text, { type: 'number' }, truth] };

const hold = object({
  id: text,
  source: text,
  what: text,
  counted: oneOf(['instance', 'Ingress']),
  instances: count,
  instancesBefore: count,
  applications: count,
  held: told(
    list(object({ name: text, count, first: texts })),
    'The first applications, with the first of what is held of them.',
  ),
  since: moment,
  'releasesAt?': told(
    moment,
    'When its entries are removed if they are still missing; absent while it is kept, or waits for a complete list.',
  ),
  kept: truth,
});

const registryFile = object({
  file: text,
  'problem?': text,
  'lastWrite?': moment,
  'ageMs?': count,
  'bytes?': count,
  start: object({
    found: oneOf(['no-file', 'unusable', 'read']),
    'reason?': text,
    'writtenAt?': moment,
    restored: texts,
    dropped: list(object({ source: text, reason: text })),
  }),
});

const sources = {
  sources: list(ref('Source')),
  files: list(
    object({
      option: text,
      state: oneOf(['current', 'outdated']),
      files: texts,
      'since?': moment,
      'problem?': text,
      notes: texts,
      ageMs: { type: 'number' },
    }),
  ),
  'registryFile?': registryFile,
  'delta?': object({
    instances: count,
    bytes: count,
    applications: list(object({ app: text, instances: count, bytes: count })),
  }),
};

/** What the answers about the server itself and its callers look like. */
export const OPERATIONS_SCHEMAS: Readonly<Record<string, Schema>> = {
  Error: object({ error: text }),
  Summary: object({
    version: text,
    ready: truth,
    'registry?': object({ version: count, hashCode: text, instances: count, up: count }),
    applications: list(ref('ApplicationCounts')),
    ...sources,
  }),
  Source: object({
    id: text,
    world: oneOf(['legacy', 'kubernetes']),
    required: truth,
    state: oneOf(['starting', 'synced', 'stale']),
    'lastSuccess?': moment,
    'ageMs?': { type: 'number' },
    'lastError?': text,
    'restored?': { type: 'boolean', enum: [true] },
    holds: list(ref('Hold')),
    detail: mapOf(fact),
  }),
  Sources: object({ ready: truth, awaited: texts, ...sources }),
  Hold: hold,
  Holds: object({ holds: list(ref('Hold')) }),
  Released: object({ released: ref('Hold') }),
  Kept: object({ kept: ref('Hold') }),
  Changes: object({
    changes: list(ref('Change')),
    'oldest?': moment,
    'more?': told(
      { type: 'boolean', enum: [true] },
      'The newest are missing: go on with `since` the version of the last one.',
    ),
    'gap?': told(text, 'Of a version that this process has not come to: what came since then may be missing.'),
    'unknown?': told(text, 'Of an application that neither the registry nor the past knows: what may have been meant.'),
  }),
  Change: object({
    at: moment,
    version: count,
    app: text,
    id: text,
    kind: oneOf(['added', 'modified', 'deleted']),
    status: oneOf(INSTANCE_STATUSES),
    fields: texts,
    values: list(object({ field: text, from: text, to: text })),
    'moreFields?': told(count, 'How many more fields changed; absent where all of them are here.'),
    cause: object({
      source: text,
      'object?': text,
      'write?': oneOf(WRITE_KINDS),
      'guard?': told(text, 'The hold that had kept it back.'),
      reason: text,
    }),
  }),
  Observer: object({ name: text, since: moment }),
  Callers: object({
    replica: ref('Observer'),
    callers: list(
      object({
        address: text,
        'application?': text,
        applications: texts,
        'ownCommand?': { type: 'boolean', enum: [true] },
        'place?': told(oneOf(PLACES), 'Where it runs; absent when no registration is at its address.'),
        client: text,
        identity: object({ 'name?': text, 'version?': text, 'id?': text }),
        credentials: texts,
        firstSeen: moment,
        lastSeen: moment,
        reads: object(Object.fromEntries(READ_KINDS.map((kind) => [kind, count]))),
        lookups: list(object({ kind: oneOf(LOOKUP_KINDS), name: text, applications: texts, count, lastSeen: moment })),
        registers: list(
          object({
            application: text,
            ...Object.fromEntries(REGISTER_KINDS.map((kind) => [kind, count])),
            lastSeen: moment,
          }),
        ),
        notKept: object({ lookups: count, registers: count }),
      }),
    ),
    forgotten: count,
  }),
  Health: object({ status: oneOf(['UP', 'DOWN']) }),
};
