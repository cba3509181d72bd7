import type { ClusterConfig, SelectionConfig } from '../../../shared/config/config.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Clock } from '../../ports/clock.ts';
import { whyAbsent } from './absent-api.ts';
import type { Connection } from './api-request.ts';
import { failureOf } from './failure.ts';
import { planName, RESOURCES, watchPlans, type Place, type WatchPlan } from './resources.ts';
import type { Environment } from './proxy.ts';
import { DEFAULT_TIMING } from './timing.ts';
import { deadline } from './wait.ts';

/** A right that the configuration needs and the credentials do not have. */
export interface MissingRight {
  readonly verb: 'list' | 'watch' | EventVerb;
  /** `ingresses.networking.k8s.io in namespace shop`. */
  readonly resource: string;
  readonly need: 'required' | 'optional';
  /** What does not work without it, for people. */
  readonly consequence: string;
}

export interface CheckOptions {
  readonly cluster: ClusterConfig;
  readonly selection: SelectionConfig;
  readonly healthMode: 'endpoints' | 'deployment';
  /** Whether Events are written; absent: no. */
  readonly events?: boolean;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly timeoutMs?: number;
}

/**
 * Asks the cluster which rights our credentials have, by access reviews and without reading any object. Returns the
 * missing rights. The error is a reason for people: the cluster could not be asked at all.
 */
export async function checkAccess(options: CheckOptions): Promise<Result<readonly MissingRight[], string>> {
  const {
    cluster,
    selection,
    healthMode,
    events = false,
    clock,
    environment,
    timeoutMs = DEFAULT_TIMING.pageDeadline,
  } = options;
  // Imported lazily, like everything that loads the cluster client.
  const [{ ClusterAccess }, { connect }, { ExtensionApi }] = await Promise.all([
    import('./cluster-access.ts'),
    import('./api-request.ts'),
    import('./extension-api.ts'),
  ]);
  const limit = deadline(clock, timeoutMs, new AbortController().signal, 'the API server');
  try {
    const access = new ClusterAccess({ cluster, environment, clock, pluginLimit: timeoutMs * PLUGIN_SHARE });
    const connection = await connect(access.login(), limit.signal);
    try {
      const all = watchPlans(selection, healthMode);
      const needed = all.filter(({ need }) => need.kind !== 'extension');
      const absent = await absentApis(needed, connection, limit.signal);
      if (absent.length > 0) return err(`cluster ${cluster.name}: ${absent.join('; ')}`);
      // Rights for what is not installed are not missed.
      const extensions = all.filter(({ need }) => need.kind === 'extension');
      const api = new ExtensionApi({ access, clock, timing: DEFAULT_TIMING });
      const found = await api.look([...new Set(extensions.map(({ resource }) => resource))], limit.signal);
      const plans = [...needed, ...extensions.filter(({ resource }) => found.get(resource)?.kind === 'served')];
      const rights = plans.flatMap((plan) => (['list', 'watch'] as const).map((verb) => ({ plan, verb })));
      const allowed = await Promise.all(
        rights.map(async ({ plan, verb }) =>
          isAllowed(await connection.json(REVIEWS, limit.signal, review(plan, verb))),
        ),
      );
      const unread = rights.filter((_, index) => allowed[index] === false).map(({ plan, verb }) => missing(plan, verb));
      return ok([...unread, ...(events ? await unwritten(selection, connection, limit.signal) : [])]);
    } finally {
      connection.close();
    }
  } catch (error) {
    const prefix = `cluster ${cluster.name}: `;
    const { text } = failureOf(error);
    return err(text.startsWith(prefix) ? text : prefix + text);
  } finally {
    limit.release();
  }
}

/** A role may grant rights for resources that the server does not have, so that is checked first. */
async function absentApis(
  plans: readonly WatchPlan[],
  connection: Connection,
  signal: AbortSignal,
): Promise<readonly string[]> {
  // A server without the core API is no API server; further reasons would only repeat that.
  const core = await whyAbsent(RESOURCES.Service, connection, signal);
  if (core !== undefined) return [core];
  const resources = [...new Set(plans.map(({ resource }) => resource))];
  const reasons = await Promise.all(resources.map((resource) => whyAbsent(resource, connection, signal)));
  return [...new Set(reasons.flatMap((reason) => reason ?? []))];
}

/** The part of the whole time that a plug-in may take, so that a plug-in that hangs is reported as the reason. */
const PLUGIN_SHARE = 0.8;
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** What writing Events takes: a series is the one that is there, with another count. */
const EVENT_VERBS = ['create', 'get', 'patch'] as const;
type EventVerb = (typeof EVENT_VERBS)[number];

async function unwritten(
  { namespaces }: SelectionConfig,
  connection: Connection,
  signal: AbortSignal,
): Promise<readonly MissingRight[]> {
  const resource = { group: 'events.k8s.io', plural: 'events' };
  const places = namespaces.length === 0 ? [undefined] : [...new Set(namespaces)];
  const rights = places.flatMap((namespace) => EVENT_VERBS.map((verb) => ({ place: { resource, namespace }, verb })));
  const allowed = await Promise.all(
    rights.map(async ({ place, verb }) => isAllowed(await connection.json(REVIEWS, signal, review(place, verb)))),
  );
  return rights
    .filter((_, index) => allowed[index] === false)
    .map(({ place, verb }) => ({
      verb,
      resource: planName(place),
      need: 'optional',
      consequence: 'no Events are written there (events.enabled)',
    }));
}

function review({ resource, namespace }: Place, verb: string): object {
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: {
      resourceAttributes: {
        verb,
        group: resource.group,
        version: 'v1',
        resource: resource.plural,
        ...(namespace !== undefined && { namespace }),
      },
    },
  };
}

function isAllowed(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('status' in answer)) {
    throw new Error('answered an access review with something else');
  }
  const { status } = answer;
  return typeof status === 'object' && status !== null && 'allowed' in status && status.allowed === true;
}

function missing(plan: WatchPlan, verb: 'list' | 'watch'): MissingRight {
  return {
    verb,
    resource: planName(plan),
    need: 'without' in plan.need ? 'optional' : 'required',
    consequence: consequenceOf(plan),
  };
}

function consequenceOf({ need, namespace }: WatchPlan): string {
  switch (need.kind) {
    case 'optional':
    case 'extension':
      return need.without;
    case 'part':
      return `nothing of namespace ${namespace} is served`;
    case 'required':
      return `the cluster never syncs${need.by === undefined ? '' : `, as ${need.by} needs it`}`;
  }
}
