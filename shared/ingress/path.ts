import { ok, type Result } from '../result.ts';
import { annotation } from './annotation-keys.ts';
import type { ParsedAnnotations } from './annotations.ts';
import { serviceIn } from './backend.ts';
import type { HostChoice } from './host.ts';
import { claimedPath, isRootPath, ROOT } from './path-claim.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { ControllerAction, IngressPath, ListenerMark, ServiceBackend, StrippedIngress } from './stripped.ts';

export interface BackendChoice {
  readonly backend: ServiceBackend;
  /** What the entry serves of its host, in the spelling of `claimedPath`. */
  readonly path: string;
  /** Whether it is the default backend, because no path of the Ingress serves it. */
  readonly byDefault: boolean;
  /** What the skipped actions state about the listeners. */
  readonly listenerMarks: readonly ListenerMark[];
  readonly notices: readonly string[];
}

const ANNOTATION = annotation('path');

/**
 * Chooses the Service of the entry: that of the path that serves `/`, because callers of Ribbon know no path prefix.
 * Without such a path it is the default backend, which serves what no path matches. Actions that let calls pass are
 * skipped.
 */
export function chooseBackend(
  ingress: StrippedIngress,
  host: HostChoice,
  annotations: ParsedAnnotations,
): Result<BackendChoice, RefusalCause> {
  const left = (host.paths ?? []).filter((path) => passedAction(path) === undefined);
  const actions = (host.paths ?? []).flatMap((path) => passedAction(path) ?? []);
  const chosen = chooseAmong(ingress, { ...host, paths: left }, annotations, actions);
  if (!chosen.ok) return chosen;
  const passed = actions.map(
    ({ action }) => `a path of ${host.host} leads to the action of ${action}, not to a Service: it is passed over`,
  );
  const listenerMarks = actions.flatMap(({ action, toHttps }) =>
    toHttps ? { annotation: action, says: 'https' as const } : [],
  );
  return ok({ ...chosen.value, listenerMarks, notices: [...passed, ...chosen.value.notices] });
}

/** Only for a path that serves everything: what an action on `/api` does has no effect on the entry. */
function passedAction(path: IngressPath): ControllerAction | undefined {
  const { backend } = path;
  if (backend === undefined || !('action' in backend) || !isRootPath(path)) return undefined;
  return backend.otherCalls === 'next-path' ? backend : undefined;
}

type Chosen = Omit<BackendChoice, 'listenerMarks'>;

function chooseAmong(
  ingress: StrippedIngress,
  { host, paths = [] }: HostChoice,
  annotations: ParsedAnnotations,
  passed: readonly ControllerAction[],
): Result<Chosen, RefusalCause> {
  const root = paths.find(isRootPath);
  const byDefault = serviceIn(ingress.defaultBackend);
  if (root === undefined && byDefault !== undefined) return ok(takeDefault(byDefault, host, paths));
  const chosen = root ?? (annotations.path === 'allow' ? paths[0] : undefined);
  if (chosen === undefined)
    return paths.length === 0 || passed.length > 0
      ? refused('no-backend-service', nothingLeft(ingress, host, passed))
      : refused('path-not-root', notRoot(host, paths));
  const backend = serviceIn(chosen.backend);
  if (backend === undefined) return refused('no-backend-service', noService(chosen, host));
  const notices = [...shared(chosen.path, backend), ...elsewhere(host, paths, backend)];
  if (root === undefined)
    notices.unshift(`published under ${chosen.path} only (${ANNOTATION}): callers that know no path prefix get 404`);
  return ok({ backend, path: claimedPath(chosen), byDefault: false, notices });
}

function takeDefault(backend: ServiceBackend, host: string, paths: readonly IngressPath[]): Chosen {
  const what = paths.length === 0 ? host : `what no path of ${host} matches`;
  const notices = [
    `${what} is served by the default backend`,
    ...shared(what, backend),
    ...elsewhere(host, paths, backend),
  ];
  return { backend, path: ROOT, byDefault: true, notices };
}

function shared(what: string, { service, besides = [] }: ServiceBackend): string[] {
  if (besides.length === 0) return [];
  return [`some calls to ${what} go to ${besides.join(', ')}: the entry goes by ${service}, which has most of them`];
}

function elsewhere(host: string, paths: readonly IngressPath[], { service }: ServiceBackend): string[] {
  const others = paths.filter(({ backend }) => serviceIn(backend)?.service !== service).map(({ path }) => path);
  if (others.length === 0) return [];
  return [`${others.join(', ')} of ${host} ${others.length === 1 ? 'leads' : 'lead'} elsewhere`];
}

function nothingLeft({ defaultBackend }: StrippedIngress, host: string, passed: readonly ControllerAction[]): string {
  const actions = [...passed, ...(defaultBackend !== undefined && 'action' in defaultBackend ? [defaultBackend] : [])];
  return actions.length === 0
    ? `${host} has no path and the Ingress no default backend; add a path / with a Service`
    : `${host} leads to the action of ${[...new Set(actions.map(({ action }) => action))].join(', ')} alone, not to a Service; add a path / with one`;
}

function noService({ path, backend }: IngressPath, host: string): string {
  return backend !== undefined && 'action' in backend
    ? `path ${path} of ${host} leads to the action of ${backend.action}, which takes all calls, not to a Service; give it a Service`
    : `path ${path} of ${host} leads to a resource, not to a Service; give it a Service`;
}

function notRoot(host: string, paths: readonly IngressPath[]): string {
  const exact = paths.some(({ path, pathType }) => path === '/' && pathType === 'Exact');
  const why = exact
    ? 'path / has pathType Exact, which serves nothing below it: use Prefix'
    : `only ${paths.map(({ path }) => path).join(', ')} of it is served, and callers know no path prefix: add a path /`;
  return `${host} does not serve everything: ${why}, or set ${ANNOTATION}: allow`;
}
