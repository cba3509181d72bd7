import { DIFFERENCE_KINDS } from '../api/differences.ts';
import { APPLICATION_STATUSES, STAGES } from '../api/stage.ts';
import { POLICIES } from '../contribution/policy.ts';
import { REFUSAL_CODES } from '../contribution/refusal.ts';
import { INSTANCE_STATUSES } from '../model/instance.ts';
import { CLIENT_KINDS } from '../whatif/caller.ts';
import { LEFT_OUT_CODES } from '../whatif/candidate.ts';
import {
  count,
  list,
  mapOf,
  moment,
  object,
  oneOf,
  percent,
  ref,
  text,
  texts,
  told,
  truth,
  type Schema,
} from './schema.ts';

const counts = {
  name: text,
  legacy: count,
  copies: count,
  kubernetes: count,
  up: count,
  hidden: count,
  refused: count,
};
const share = object({ asked: text, achievedPercent: percent });
const stage = oneOf(STAGES);
const code = oneOf(REFUSAL_CODES);
const status = oneOf(INSTANCE_STATUSES);

const entry = {
  id: text,
  status,
  host: text,
  address: text,
  ports: told(texts, 'Enabled ones: http:8080.'),
  'zone?': text,
  world: oneOf(['legacy', 'kubernetes']),
  source: text,
  'object?': told(text, 'cluster/namespace/ingress, of an entry from Kubernetes.'),
  'copyOf?': told(text, 'The registered instance that it is a copy of.'),
  rule: text,
  'since?': moment,
  'hold?': told(text, 'The hold that keeps it.'),
  'unlistedSince?': told(moment, 'Since when the newest list of its source lacks it, and a part of what that counts.'),
  notices: texts,
};

const claim = object({ cluster: text, namespace: text, ingress: text, createdAt: { type: 'number' } });

const troubles = told(
  list(
    object({
      source: text,
      trouble: oneOf(['starting', 'stale', 'restored', 'erring']),
      'lastSuccess?': moment,
      'lastError?': text,
      text,
    }),
  ),
  'Sources that are out of reach, or cannot read all that they have: what is told of them is what is last known.',
);

const explanation: Schema = object({
  'at?': told(moment, 'Of an explanation of the past.'),
  app: text,
  policy: oneOf(POLICIES),
  'share?': object({
    asked: text,
    entries: count,
    realUp: count,
    copies: count,
    achievedPercent: percent,
    'missed?': object({
      zones: list(object({ zone: text, instances: count, below: percent, 'above?': percent })),
      ways: object({ copies: truth, 'maxEntries?': count, 'instances?': count, 'instead?': oneOf(['all', 'nearest']) }),
    }),
    'schedule?': object({
      steps: text,
      start: moment,
      step: count,
      percent,
      'next?': object({ at: moment, percent }),
    }),
  }),
  'inheritance?': object({
    from: oneOf(['registered', 'kept', 'nothing']),
    instances: count,
    'goneSince?': moment,
    'vip?': text,
    'secureVip?': text,
    zones: texts,
    metadata: mapOf(text),
    disputed: texts,
    'homePath?': text,
    'statusPath?': text,
    'healthPath?': text,
    text,
  }),
  holds: list(object({ id: text, source: text, entries: count })),
  'lastChange?': told(ref('Change'), 'Where nothing is served: the last change that is remembered.'),
  troubles,
  served: list(object(entry)),
  hidden: list(object({ ...entry, code, reason: text })),
  refused: list(object({ object: text, code, reason: text, since: { type: 'number' }, 'claim?': claim })),
  namesakes: told(
    list(object({ object: text, app: text })),
    'Objects that are called like it, and are of another application.',
  ),
  callers: object({
    summary: text,
    zones: list(object({ 'zone?': text, up: count, kubernetes: count, kubernetesPercent: percent })),
    hints: texts,
    timing: text,
    'lastChange?': moment,
    'reachedBy?': moment,
  }),
  'publishing?': object({
    entries: count,
    published: list(object({ id: text, 'since?': moment })),
    notPublished: list(object({ id: text, reason: text })),
    notes: texts,
  }),
});

const choice = {
  url: told(text, 'Where such a caller calls them.'),
  app: text,
  world: oneOf(['legacy', 'kubernetes']),
  entries: count,
  zones: texts,
  ids: texts,
};

const whatIf: Schema = object({
  app: text,
  client: oneOf(CLIENT_KINDS),
  'zone?': told(text, 'That the caller keeps to; absent of one that takes all.'),
  'lookup?': object({ by: oneOf(['application', 'vip']), name: text }),
  rule: text,
  fallsBack: told(truth, 'Nothing is UP in its zone, so it takes all.'),
  entries: count,
  kubernetesPercent: percent,
  choices: list(object({ ...choice, percent })),
  leftOut: list(object({ ...choice, code: oneOf(LEFT_OUT_CODES), reason: text })),
  notes: texts,
});

/** What the answers about applications and their entries look like. */
export const REGISTRY_SCHEMAS: Readonly<Record<string, Schema>> = {
  ApplicationCounts: object(counts),
  Apps: object({
    'at?': told(moment, 'Of the past.'),
    applications: list(object({ ...counts, stage, status: oneOf(APPLICATION_STATUSES), 'share?': share })),
  }),
  Diff: object({
    'at?': told(moment, 'Of the past.'),
    applications: list(
      object({
        name: text,
        stage,
        differences: list(object({ id: text, kind: oneOf(DIFFERENCE_KINDS), reason: text })),
      }),
    ),
    'troubles?': troubles,
  }),
  Refusals: object({
    refusals: list(object({ object: text, app: text, code, reason: text, 'since?': moment })),
  }),
  Explanation: explanation,
  WhatIf: whatIf,
  NotYet: object({ error: text, reasons: texts }),
  Migration: object({
    replica: ref('Observer'),
    summary: object({
      applications: count,
      stages: object(Object.fromEntries(STAGES.map((each) => [each, count]))),
      registered: count,
      readers: count,
      registrants: count,
    }),
    applications: list(
      object({
        name: text,
        stage,
        'share?': share,
        registered: count,
        kubernetes: count,
        callers: texts,
        todo: texts,
      }),
    ),
    'notKnown?': texts,
    exit: object({ ready: truth, blockers: texts }),
  }),
};
