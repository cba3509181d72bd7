import { EXPORT_FORMATS } from '../export/formats.ts';
import { INSTANCE_STATUSES } from '../model/instance.ts';
import { MOMENT_ALLOWED } from '../text/moment.ts';
import { CLIENT_KINDS } from '../whatif/caller.ts';
import { OPERATIONS_SCHEMAS } from './operations-schemas.ts';
import { REGISTRY_SCHEMAS } from './registry-schemas.ts';
import { oneOf, ref, text, type Schema } from './schema.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
}

/** `content` by media type; absent for an answer without a body. */
export interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<Record<string, Response>>;
  /** Empty: it takes no right. Absent: the security of the document holds. */
  readonly security?: readonly [];
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<'get' | 'post', Operation>>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const REASONS = {
  400: 'A parameter is not understood: the reason says what would be.',
  404: 'There is no such thing here.',
  408: 'Not by then: the reasons.',
  503: 'Not yet, or no more: the registry is not known, too many wait, or the server stops.',
} as const;
type Failure = keyof typeof REASONS;

const APP: Parameter = path('app', 'Name of an application, in any case.');
const TIME: Parameter = path('time', `RFC 3339, or how long ago: ${MOMENT_ALLOWED}.`);
const ID: Parameter = path('id', 'Of a hold, as the list shows it.');

const EXPORTED = report(
  'export',
  'The mapping as a file for clients without a registry',
  'Error',
  [400, 404, 503],
  [
    { ...path('format', 'Whose configuration it is.'), schema: oneOf(EXPORT_FORMATS) },
    query('caller', 'What this one calls: an application, or an address.'),
    query('from', 'The cluster that callers run in: what is there they call by the names of its Services.'),
    query('gateway', 'Of httproute alone: the parent of the routes, NAME or NAMESPACE/NAME.'),
  ],
);
/** A file is what it is, whatever is accepted. */
const EXPORT: Operation = {
  ...EXPORTED,
  responses: {
    ...EXPORTED.responses,
    200: { description: 'The file.', content: { ...plain(), 'application/yaml': { schema: text } } },
  },
};

const CHANGED = report(
  'changes',
  'What changed, and why',
  'Changes',
  [400],
  [
    query('since', `After this version, or from a time on: ${MOMENT_ALLOWED}.`),
    query('app', 'One application.'),
    query(
      'limit',
      'How many; 1000 by default. With `since` the oldest of them: where `more` is true, the newest are missing.',
      { type: 'integer', minimum: 1, maximum: 10_000 },
    ),
  ],
);
/** One answer has an end, the other has none: each change as it comes. */
const CHANGES: Operation = {
  ...CHANGED,
  responses: {
    ...CHANGED.responses,
    200: {
      description: 'The changes; as server-sent events those that come, or that came since.',
      content: { ...CHANGED.responses[200]?.content, 'text/event-stream': { schema: text } },
    },
  },
};

const GETS: Readonly<Record<string, Operation>> = {
  '/': report('summary', 'What is served, and how the sources are', 'Summary', []),
  '/eurek8s/apps': report('apps', 'Every application with its stage, status and shares', 'Apps', [400, 503]),
  '/eurek8s/diff': report('diff', 'What is not the same in both worlds, with reasons', 'Diff', [400, 503]),
  '/eurek8s/refusals': report(
    'refusals',
    'Every candidate that is not served, with the reason',
    'Refusals',
    [400, 503],
  ),
  '/eurek8s/explain/{app}': report(
    'explain',
    'Each entry of an application, and why',
    'Explanation',
    [400, 404, 503],
    [APP],
  ),
  '/eurek8s/whatif/{app}': report(
    'whatif',
    'What a caller would choose among, with shares, by the rules of its client',
    'WhatIf',
    [400, 404, 503],
    [
      { ...APP, description: 'An application in any case, or a vip.' },
      query('zone', 'Of the caller, in any case; none by default.'),
      query('client', 'Ribbon by default.', oneOf(CLIENT_KINDS)),
    ],
  ),
  '/eurek8s/wait/{app}': report(
    'wait',
    'Answered when the application is served',
    'Explanation',
    [400, 408, 503],
    [
      APP,
      query('source', 'Where the entry must come from: kubernetes, legacy, or a source.'),
      query('status', 'That it must have; UP by default.', oneOf(INSTANCE_STATUSES)),
      query('timeout', 'How long to wait, up to 1h; 60s by default.'),
    ],
  ),
  '/eurek8s/changes': CHANGES,
  '/eurek8s/at/{time}/apps': report('appsAt', 'The applications as they were', 'Apps', [400, 404, 503], [TIME]),
  '/eurek8s/at/{time}/diff': report('diffAt', 'The differences as they were', 'Diff', [400, 404, 503], [TIME]),
  '/eurek8s/at/{time}/explain/{app}': report(
    'explainAt',
    'An application as it was',
    'Explanation',
    [400, 404, 503],
    [TIME, APP],
  ),
  '/eurek8s/callers': report('callers', 'Who polls, looks up and registers', 'Callers', [400]),
  '/eurek8s/migration': report('migration', 'What is left, and what keeps the legacy', 'Migration', [400, 503]),
  '/eurek8s/export/{format}': EXPORT,
  '/eurek8s/sources': report('sources', 'State, age and facts of each source', 'Sources', [400]),
  '/eurek8s/holds': report('holds', 'The removals that are held', 'Holds', [400]),
  '/eurek8s/openapi.json': {
    operationId: 'openapi',
    summary: 'This document',
    parameters: [],
    responses: {
      200: { description: 'JSON, whatever is accepted.', content: json({ type: 'object' }) },
      ...rights([401]),
    },
  },
  '/healthz': probe('healthz', 'Whether the process makes progress', {
    200: { description: 'It does.', content: plain() },
  }),
  '/readyz': probe('readyz', 'Whether reads are answered', {
    200: { description: 'They are.', content: plain() },
    503: { description: 'The reason.', content: plain() },
  }),
  '/actuator/health': probe('health', 'The same for balancers in front of a Spring Eureka', {
    200: { description: 'UP.', content: json(ref('Health')) },
    503: { description: 'DOWN.', content: json(ref('Health')) },
  }),
  '/metrics': {
    operationId: 'metrics',
    summary: 'All metrics in the Prometheus text format',
    parameters: [],
    responses: { 200: { description: 'The metrics.', content: plain() }, ...rights([401]) },
  },
};

const POSTS: Readonly<Record<string, Operation>> = {
  '/eurek8s/holds/{id}/release': order('release', 'Let a held removal through', 'Released'),
  '/eurek8s/holds/{id}/keep': order('keep', 'Keep a removal held until it is released', 'Kept'),
};

/** The OpenAPI document of the operations API. `version` of the product. */
export function openApiDocument(version: string): OpenApiDocument {
  const gets = Object.entries(GETS).map(([url, get]) => [url, { get }] as const);
  const posts = Object.entries(POSTS).map(([url, post]) => [url, { post }] as const);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Eurek8s operations API',
      version,
      description:
        'JSON for programs, text for curl and for whoever prefers text/plain. Fields may be added; a field without a value is absent. Every replica speaks for itself. GET takes the right read, POST the right operate. The Eureka API is at /eureka.',
    },
    security: [{}, { basic: [] }, { bearer: [] }, { certificate: [] }],
    paths: Object.fromEntries([...gets, ...posts]),
    components: {
      schemas: { ...REGISTRY_SCHEMAS, ...OPERATIONS_SCHEMAS },
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        bearer: { type: 'http', scheme: 'bearer' },
        certificate: { type: 'mutualTLS' },
      },
    },
  };
}

function report(
  operationId: string,
  summary: string,
  schema: string,
  failures: readonly Failure[],
  parameters: readonly Parameter[] = [],
): Operation {
  const failed = failures.map((status) => [
    status,
    {
      description: REASONS[status],
      content: { ...json(ref(status === 408 ? 'NotYet' : 'Error')), ...plain() },
    },
  ]);
  const answered = { description: 'The report.', content: { ...json(ref(schema)), ...plain() } };
  return {
    operationId,
    summary,
    parameters,
    responses: { 200: answered, ...(Object.fromEntries(failed) as Record<string, Response>), ...rights([401]) },
  };
}

function order(operationId: string, summary: string, schema: string): Operation {
  const { responses, ...rest } = report(operationId, summary, schema, [404], [ID]);
  return { ...rest, responses: { ...responses, ...rights([401, 403]) } };
}

function probe(operationId: string, summary: string, responses: Operation['responses']): Operation {
  return { operationId, summary, parameters: [], responses, security: [] };
}

function rights(statuses: readonly (401 | 403)[]): Readonly<Record<string, Response>> {
  const described = {
    401: 'Credentials are missing, or wrong: no body, the reason is in X-Eurek8s-Reason.',
    403: 'The credentials, or the place of the sender, do not allow it: no body, as above.',
  };
  return Object.fromEntries(statuses.map((status) => [status, { description: described[status] }]));
}

function json(schema: Schema): NonNullable<Response['content']> {
  return { 'application/json': { schema } };
}

function plain(): NonNullable<Response['content']> {
  return { 'text/plain': { schema: text } };
}

function path(name: string, description: string): Parameter {
  return { name, in: 'path', required: true, description, schema: text };
}

function query(name: string, description: string, schema: Schema = text): Parameter {
  return { name, in: 'query', required: false, description, schema };
}
