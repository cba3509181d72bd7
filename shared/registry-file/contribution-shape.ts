import type { AppContribution } from '../contribution/contribution.ts';
import { POLICIES } from '../contribution/policy.ts';
import { PROBE_MODES, type Probe } from '../contribution/probe.ts';
import type { Backend, Overrides, Publication } from '../contribution/publication.ts';
import { REFUSAL_CODES, type NameClaim, type Refusal } from '../contribution/refusal.ts';
import type { Schedule, ScheduleStep, Traffic } from '../contribution/traffic.ts';
import { INSTANCE_STATUSES } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import {
  absent,
  branded,
  entries,
  list,
  number,
  object,
  oneOf,
  optional,
  ShapeError,
  text,
  variants,
  type Shape,
} from '../data/shape.ts';

const optionalText = optional(text);

const overrides = object<Overrides>({
  vipAddress: optionalText,
  secureVipAddress: optionalText,
  zone: optionalText,
  metadata: entries(text),
  healthCheckPath: optionalText,
  statusPagePath: optionalText,
  homePagePath: optionalText,
});

const traffic = variants<Traffic>({
  single: object({ kind: oneOf(['single']) }),
  ready: object({ kind: oneOf(['ready']) }),
  share: object({ kind: oneOf(['share']), percent: number }),
  schedule: object<Schedule>({
    kind: oneOf(['schedule']),
    startsAt: number,
    steps: list(object<ScheduleStep>({ percent: number, lasts: number })),
  }),
});

/** What is true, or absent. */
const yes: Shape<true> = {
  write: (value) => value,
  read: (json) => {
    if (json !== true) throw new ShapeError('true', json);
    return json;
  },
};

const PROBING = PROBE_MODES.filter((mode) => mode !== 'none');

export const publicationShape = object<Publication>({
  cluster: text,
  namespace: text,
  ingress: text,
  kind: absent(oneOf(['HTTPRoute'])),
  app: branded<AppName>(),
  host: text,
  address: text,
  port: number,
  securePort: number,
  scheme: oneOf(['http', 'https', 'both']),
  status: oneOf(INSTANCE_STATUSES),
  statusReason: text,
  readyEndpoints: number,
  pending: absent(yes),
  traffic,
  maxEntries: number,
  copies: absent(yes),
  policy: absent(oneOf(POLICIES)),
  probe: absent(object<Probe>({ mode: oneOf(PROBING), path: absent(text), passed: absent(yes) })),
  overrides,
  createdAt: number,
  changedAt: number,
  backend: absent(object<Backend>({ namespace: text, service: text, port: number })),
  notices: list(text),
});

const refusal = object<Refusal>({
  object: text,
  code: oneOf(REFUSAL_CODES),
  reason: text,
  claim: absent(
    object<NameClaim>({
      cluster: text,
      namespace: text,
      ingress: text,
      kind: absent(oneOf(['HTTPRoute'])),
      createdAt: number,
    }),
  ),
});

/** A contribution without its instances: these may be thousands, and are written one by one. */
export const candidates = object<Omit<AppContribution, 'instances'>>({
  publications: list(publicationShape),
  refusals: list(refusal),
});
