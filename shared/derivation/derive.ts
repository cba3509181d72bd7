import { appName, type AppName } from '../model/names.ts';
import type { Probe, ProbeMode } from '../contribution/probe.ts';
import type { Backend, Publication } from '../contribution/publication.ts';
import { refused, type Refusal, type RefusalCause, type RefusalCode } from '../contribution/refusal.ts';
import { describeTraffic } from '../contribution/schedule.ts';
import type { Traffic } from '../contribution/traffic.ts';
import { chooseForRoute, whyGatewayClassNotAllowed, whyRouteExcluded } from '../gateway/route-choices.ts';
import { chooseAddress, type NameLookup } from '../ingress/address.ts';
import { annotation } from '../ingress/annotation-keys.ts';
import { APP } from '../ingress/annotation-values.ts';
import { parseAnnotations, readAnnotation, type ParsedAnnotations } from '../ingress/annotations.ts';
import type { ObjectView } from '../ingress/cluster-objects.ts';
import { healthOf, type Health, type Target } from '../ingress/health.ts';
import { chooseForIngress, whyClassNotAllowed, whyIngressExcluded } from '../ingress/ingress-choices.ts';
import { objectKey } from '../ingress/object-key.ts';
import type { DerivationRules } from '../ingress/rules.ts';
import { whyNotSelected } from '../ingress/selection.ts';
import type { Candidate } from '../ingress/stripped.ts';
import { versionRefusal } from '../ingress/unread-version.ts';
import { whyGone } from '../ingress/whether-gone.ts';
import { ok, type Result } from '../result.ts';
import { printable } from '../text/printable.ts';

/** A publication without the time since when it has been like this. */
export type PublicationContent = Omit<Publication, 'changedAt'>;

/** The current name of the candidate, and the host and address with which it is published. */
export interface Current {
  readonly app: AppName;
  readonly entry: Pick<Publication, 'host' | 'address'> | undefined;
  /** The traffic that was valid last. */
  readonly traffic: Traffic | undefined;
}

export interface DerivedCandidate {
  /**
   * For a refused candidate the name that it would most likely have, so that people who look for that name find the
   * reason.
   */
  readonly app: AppName;
  readonly outcome:
    | { readonly kind: 'published'; readonly publication: PublicationContent }
    | { readonly kind: 'refused'; readonly refusal: Refusal };
  /** What the candidate says and cannot be read, though it is published: what was valid last counts in its place. */
  readonly fault?: Refusal;
  /** DNS names the outcome depends on. */
  readonly namesWanted: ReadonlySet<string>;
}

/**
 * Derives one Ingress or HTTPRoute: a publication, or the reason why there is none. A pure function of its arguments.
 * `current`: what it is published with now; its address is kept as long as it is not wrong.
 */
export function deriveCandidate(
  candidate: Candidate,
  objects: ObjectView,
  rules: DerivationRules,
  names: NameLookup,
  current: Current | undefined,
): DerivedCandidate {
  const namesWanted = new Set<string>();
  const recording: NameLookup = {
    addresses(name) {
      namesWanted.add(name);
      return names.addresses(name);
    },
    failure: (name) => names.failure(name),
    overdue: (name) => names.overdue(name),
  };
  const app = nameOf(candidate, current?.app);
  const result = derive(candidate, app, objects, rules, recording, current);
  const { namespace, name, createdAt } = candidate.meta;
  const object = `${rules.cluster}/${objectKey(candidate)}`;
  if (result.ok) {
    const { publication, fault } = result.value;
    const published = { app, outcome: { kind: 'published', publication }, namesWanted } as const;
    return fault === undefined ? published : { ...published, fault: { object, ...shownCause(fault) } };
  }
  const refusal = { object, ...shownCause(result.error) };
  if (CLAIMS_NOTHING.has(refusal.code)) return { app, outcome: { kind: 'refused', refusal }, namesWanted };
  const claim = { cluster: rules.cluster, namespace, ingress: name, ...markOf(candidate), createdAt };
  return { app, outcome: { kind: 'refused', refusal: { ...refusal, claim } }, namesWanted };
}

/** An Ingress has no mark. */
function markOf({ kind }: Candidate): { readonly kind?: 'HTTPRoute' } {
  return kind === 'HTTPRoute' ? { kind } : {};
}

/** Reasons quote what a tenant wrote, in any field: it must not break out of its line, nor fill every page. */
function shownCause(cause: RefusalCause): RefusalCause {
  return { ...cause, reason: printable(cause.reason, MAX_REASON_LENGTH) };
}

const MAX_REASON_LENGTH = 2000;

/**
 * The codes of objects that do not claim their name. One that is refused for another reason keeps its claim, so that
 * the next one does not take over all calls because of a typing error.
 */
const CLAIMS_NOTHING: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'being-deleted',
  'not-selected',
  'opted-out',
  'class-not-allowed',
  'namespace-not-selected',
  'label-not-selected',
  'canary',
  'no-gateway',
  'redirect-only',
]);

function derive(
  candidate: Candidate,
  app: AppName,
  objects: ObjectView,
  rules: DerivationRules,
  names: NameLookup,
  current: Current | undefined,
): Result<{ readonly publication: PublicationContent; readonly fault: RefusalCause | undefined }, RefusalCause> {
  const excluded = whyExcluded(candidate, objects, rules);
  if (excluded !== undefined) return { ok: false, error: excluded };
  const parsed = parseAnnotations(candidate.meta.annotations, current?.traffic);
  if (!parsed.ok) return refused('bad-annotation', parsed.error);
  const annotations = parsed.value;
  const chosen =
    candidate.kind === 'Ingress'
      ? chooseForIngress(candidate, annotations, objects, rules)
      : chooseForRoute(candidate, annotations, objects, rules);
  if (!chosen.ok) return chosen;
  const { host, targets, endpoint, pending, notices } = chosen.value;
  const health = healthOf(targets, objects, rules);
  if (!health.ok) return health;
  const address = chooseAddress(
    {
      ...chosen.value.address,
      annotated: annotations.address,
      host,
      current: current?.entry?.host === host ? current.entry.address : undefined,
    },
    names,
  );
  if (!address.ok) return address;
  const traffic = annotations.traffic ?? rules.defaults.traffic;
  const publication: PublicationContent = {
    cluster: rules.cluster,
    namespace: candidate.meta.namespace,
    ingress: candidate.meta.name,
    ...markOf(candidate),
    app,
    host,
    address: address.value.address,
    port: endpoint.port,
    securePort: endpoint.securePort,
    scheme: endpoint.scheme,
    ...statusOf(annotations, health.value),
    readyEndpoints: health.value.readyEndpoints,
    // In manifests nobody writes a status.
    ...(pending && rules.origin === 'cluster' ? { pending } : {}),
    traffic,
    maxEntries: rules.defaults.maxEntriesPerApp,
    ...((annotations.copies === undefined ? rules.defaults.copies : annotations.copies === 'true')
      ? { copies: true }
      : {}),
    ...(annotations.policy === undefined ? {} : { policy: annotations.policy }),
    ...probeOf(annotations, rules.defaults.probe),
    overrides: annotations.overrides,
    ...backendOf(targets),
    createdAt: candidate.meta.createdAt,
    notices: [
      ...annotations.notices,
      ...copiesNotices(annotations, traffic),
      ...notices,
      ...health.value.notices,
      ...endpoint.notices,
      ...address.value.notices,
    ],
  };
  return ok({ publication, fault: trafficFault(annotations) });
}

/** Whether the object is to be published at all, before anything that it says of its entry is read. */
function whyExcluded(candidate: Candidate, objects: ObjectView, rules: DerivationRules): RefusalCause | undefined {
  const isIngress = candidate.kind === 'Ingress';
  const ofClass = isIngress
    ? whyClassNotAllowed(candidate, objects, rules)
    : whyGatewayClassNotAllowed(candidate, objects, rules);
  return (
    whyGone(candidate, objects) ??
    whyNotSelected(candidate, ofClass, objects, rules) ??
    whyUnread(candidate, objects) ??
    (isIngress ? whyIngressExcluded(candidate, objects) : whyRouteExcluded(candidate))
  );
}

/** A typing error must not move calls: what was valid last stays, and the refusal says so. */
function trafficFault({ traffic, trafficFault: fault }: ParsedAnnotations): RefusalCause | undefined {
  if (fault === undefined || traffic === undefined) return undefined;
  return { code: 'bad-annotation', reason: `${fault}; what was valid last stays: ${describeTraffic(traffic)}` };
}

/**
 * The name from the annotation, then the labels, then the object itself. With an unreadable annotation it keeps the
 * name it had.
 */
function nameOf({ meta }: Candidate, current: AppName | undefined): AppName {
  const annotated = readAnnotation(meta.annotations, annotation('app'), APP);
  if (!annotated.ok && current !== undefined) return current;
  const labels = [meta.labels['app.kubernetes.io/name'], meta.labels['app']];
  const label = labels.find((value) => value !== undefined && value !== '');
  return appName((annotated.ok ? annotated.value : undefined) ?? label ?? meta.name);
}

/**
 * Checks the versions of the objects that every candidate depends on; those of other objects are checked where they
 * are used.
 */
function whyUnread(candidate: Candidate, objects: ObjectView): RefusalCause | undefined {
  const space = objects.namespace(candidate.meta.namespace);
  const unread = [candidate, space].find((object) => object?.meta.unreadVersion !== undefined);
  return unread === undefined ? undefined : versionRefusal(unread);
}

/** Several Services that share the calls have no name in common. */
function backendOf(targets: readonly Target[]): { readonly backend?: Backend } {
  const [first, ...others] = targets.map(({ service, port }): Backend => {
    const { namespace, name } = service.meta;
    return { namespace, service: name, port: port.number };
  });
  return first === undefined || others.length > 0 ? {} : { backend: first };
}

/** Whoever writes a path wants it asked, but not, unless it is said, that calls depend on it. */
function probeOf({ probe, overrides }: ParsedAnnotations, byDefault: ProbeMode): { readonly probe?: Probe } {
  const annotated = probe !== undefined && 'path' in probe ? probe.path : undefined;
  const unsaid = annotated !== undefined && byDefault === 'none' ? 'observe' : byDefault;
  const mode = probe !== undefined && 'mode' in probe ? probe.mode : unsaid;
  if (mode === 'none') return {};
  const path = annotated ?? overrides.healthCheckPath;
  return { probe: { mode, ...(path === undefined ? {} : { path }) } };
}

function copiesNotices({ copies }: ParsedAnnotations, { kind }: Traffic): readonly string[] {
  if (copies !== 'true' || kind === 'share' || kind === 'schedule') return [];
  return [`annotation ${annotation('copies')} is ignored: ${annotation('traffic')} asks for no share, but ${kind}`];
}

function statusOf({ status }: ParsedAnnotations, { up, reason }: Health): Pick<Publication, 'status' | 'statusReason'> {
  return status === undefined
    ? { status: up ? 'UP' : 'DOWN', statusReason: reason }
    : { status, statusReason: `${annotation('status')} is ${status} (${reason})` };
}
