import { appName, type AppName } from '../model/names.ts';
import type { Refusal, RefusalCode } from '../contribution/refusal.ts';
import { ok, type Result } from '../result.ts';
import { printable } from '../text/printable.ts';
import { chooseAddress, type NameLookup } from './address.ts';
import { annotation } from './annotation-keys.ts';
import { parseAnnotations, readAnnotation, type ParsedAnnotations } from './annotations.ts';
import { APP } from './annotation-values.ts';
import type { ObjectView } from './cluster-objects.ts';
import { healthOf, type Health } from './health.ts';
import { canaryRefusal } from './canary.ts';
import { chooseEndpoint } from './endpoint.ts';
import { chooseHost } from './host.ts';
import { objectKey } from './object-key.ts';
import { chooseBackend } from './path.ts';
import type { Publication } from '../contribution/publication.ts';
import { describeTraffic } from '../contribution/schedule.ts';
import type { Traffic } from '../contribution/traffic.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { DerivationRules } from './rules.ts';
import { whyRouteTaken } from './route-owner.ts';
import { whyNotSelected } from './selection.ts';
import { findPort } from './service-port.ts';
import type { StrippedIngress, StrippedService } from './stripped.ts';
import { versionRefusal } from './unread-version.ts';
import { whyGone } from './whether-gone.ts';

/** A publication without the time since when it has been like this. */
export type PublicationContent = Omit<Publication, 'changedAt'>;

/** The current name of the Ingress, and the host and address with which it is published. */
export interface Current {
  readonly app: AppName;
  readonly entry: Pick<Publication, 'host' | 'address'> | undefined;
  /** The traffic that was valid last. */
  readonly traffic: Traffic | undefined;
}

export interface DerivedIngress {
  /**
   * For a refused Ingress the name that it would most likely have, so that people who look for that name find the
   * reason.
   */
  readonly app: AppName;
  readonly outcome:
    | { readonly kind: 'published'; readonly publication: PublicationContent }
    | { readonly kind: 'refused'; readonly refusal: Refusal };
  /** What the Ingress says and cannot be read, though it is published: what was valid last counts in its place. */
  readonly fault?: Refusal;
  /** DNS names the outcome depends on. */
  readonly namesWanted: ReadonlySet<string>;
}

/**
 * Derives one Ingress: a publication, or the reason why there is none. A pure function of its arguments. `current`:
 * what the Ingress is published with now; its address is kept as long as it is not wrong.
 */
export function deriveIngress(
  ingress: StrippedIngress,
  objects: ObjectView,
  rules: DerivationRules,
  names: NameLookup,
  current: Current | undefined,
): DerivedIngress {
  const namesWanted = new Set<string>();
  const recording: NameLookup = {
    addresses(name) {
      namesWanted.add(name);
      return names.addresses(name);
    },
    failure: (name) => names.failure(name),
    overdue: (name) => names.overdue(name),
  };
  const app = nameOf(ingress, current?.app);
  const result = derive(ingress, app, objects, rules, recording, current);
  const { namespace, name, createdAt } = ingress.meta;
  const object = `${rules.cluster}/${namespace}/${name}`;
  if (result.ok) {
    const { publication, fault } = result.value;
    const published = { app, outcome: { kind: 'published', publication }, namesWanted } as const;
    return fault === undefined ? published : { ...published, fault: { object, ...shownCause(fault) } };
  }
  const refusal = { object, ...shownCause(result.error) };
  if (CLAIMS_NOTHING.has(refusal.code)) return { app, outcome: { kind: 'refused', refusal }, namesWanted };
  const claim = { cluster: rules.cluster, namespace, ingress: name, createdAt };
  return { app, outcome: { kind: 'refused', refusal: { ...refusal, claim } }, namesWanted };
}

/** Reasons quote what a tenant wrote, in any field: it must not break out of its line, nor fill every page. */
function shownCause(cause: RefusalCause): RefusalCause {
  return { ...cause, reason: printable(cause.reason, MAX_REASON_LENGTH) };
}

const MAX_REASON_LENGTH = 2000;

/**
 * The codes of Ingresses that do not claim their name. An Ingress that is refused for another reason keeps its claim,
 * so that the next Ingress does not take over all calls because of a typing error.
 */
const CLAIMS_NOTHING: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'being-deleted',
  'not-selected',
  'opted-out',
  'class-not-allowed',
  'namespace-not-selected',
  'label-not-selected',
  'canary',
]);

function derive(
  ingress: StrippedIngress,
  app: AppName,
  objects: ObjectView,
  rules: DerivationRules,
  names: NameLookup,
  current: Current | undefined,
): Result<{ readonly publication: PublicationContent; readonly fault: RefusalCause | undefined }, RefusalCause> {
  const className = ingress.className ?? objects.defaultClass();
  const excluded =
    whyGone(ingress, objects) ??
    whyNotSelected(ingress, className, objects, rules) ??
    whyUnread(ingress, className, objects) ??
    canaryRefusal(ingress.canaryMarks, undefined, 'the Ingress');
  if (excluded !== undefined) return { ok: false, error: excluded };
  const parsed = parseAnnotations(ingress.meta.annotations, current?.traffic);
  if (!parsed.ok) return refused('bad-annotation', parsed.error);
  const annotations = parsed.value;
  const host = chooseHost(ingress, annotations);
  if (!host.ok) return host;
  const chosen = chooseBackend(ingress, host.value, annotations);
  if (!chosen.ok) return chosen;
  const { backend, path, byDefault } = chosen.value;
  const service = findService(ingress, backend.service, objects);
  if (!service.ok) return service;
  const diverted =
    canaryRefusal(ingress.canaryMarks, backend.service, 'the Ingress') ??
    canaryRefusal(service.value.canaryMarks, undefined, `Service ${backend.service}`) ??
    whyRouteTaken(objectKey(ingress), { className, path, byDefault, ...host.value }, objectKey(service.value), objects);
  if (diverted !== undefined) return { ok: false, error: diverted };
  const port = findPort(service.value, backend);
  if (!port.ok) return port;
  const health = healthOf({ service: service.value, port: port.value }, objects, rules);
  if (!health.ok) return health;
  const address = chooseAddress(
    {
      annotated: annotations.address,
      configured: className === undefined ? undefined : rules.addresses.get(className),
      host: host.value.host,
      loadBalancer: ingress.loadBalancer,
      current: current?.entry?.host === host.value.host ? current.entry.address : undefined,
    },
    names,
  );
  if (!address.ok) return address;
  const endpoint = chooseEndpoint(
    { tlsHosts: ingress.tlsHosts, listenerMarks: [...ingress.listenerMarks, ...chosen.value.listenerMarks] },
    host.value.host,
    annotations,
  );
  const traffic = annotations.traffic ?? rules.defaults.traffic;
  const publication: PublicationContent = {
    cluster: rules.cluster,
    namespace: ingress.meta.namespace,
    ingress: ingress.meta.name,
    app,
    host: host.value.host,
    address: address.value.address,
    port: endpoint.port,
    securePort: endpoint.securePort,
    scheme: endpoint.scheme,
    ...statusOf(annotations, health.value),
    readyEndpoints: health.value.readyEndpoints,
    traffic,
    maxEntries: rules.defaults.maxEntriesPerApp,
    ...((annotations.copies === undefined ? rules.defaults.copies : annotations.copies === 'true')
      ? { copies: true }
      : {}),
    ...(annotations.policy === undefined ? {} : { policy: annotations.policy }),
    overrides: annotations.overrides,
    createdAt: ingress.meta.createdAt,
    notices: [
      ...annotations.notices,
      ...copiesNotices(annotations, traffic),
      ...classNotices(ingress),
      ...host.value.notices,
      ...chosen.value.notices,
      ...health.value.notices,
      ...endpoint.notices,
      ...address.value.notices,
    ],
  };
  return ok({ publication, fault: trafficFault(annotations) });
}

/** A typing error must not move calls: what was valid last stays, and the refusal says so. */
function trafficFault({ traffic, trafficFault: fault }: ParsedAnnotations): RefusalCause | undefined {
  if (fault === undefined || traffic === undefined) return undefined;
  return { code: 'bad-annotation', reason: `${fault}; what was valid last stays: ${describeTraffic(traffic)}` };
}

/**
 * The name from the annotation, then the labels, then the Ingress itself. With an unreadable annotation it keeps the
 * name it had.
 */
function nameOf({ meta }: StrippedIngress, current: AppName | undefined): AppName {
  const annotated = readAnnotation(meta.annotations, annotation('app'), APP);
  if (!annotated.ok && current !== undefined) return current;
  const labels = [meta.labels['app.kubernetes.io/name'], meta.labels['app']];
  const label = labels.find((value) => value !== undefined && value !== '');
  return appName((annotated.ok ? annotated.value : undefined) ?? label ?? meta.name);
}

/**
 * Checks the versions of the objects that every Ingress depends on; those of other objects are checked where they are
 * used.
 */
function whyUnread(
  ingress: StrippedIngress,
  className: string | undefined,
  objects: ObjectView,
): RefusalCause | undefined {
  const space = objects.namespace(ingress.meta.namespace);
  const itsClass = className === undefined ? undefined : objects.ingressClass(className);
  const unread = [ingress, space, itsClass].find((object) => object?.meta.unreadVersion !== undefined);
  return unread === undefined ? undefined : versionRefusal(unread);
}

function copiesNotices({ copies }: ParsedAnnotations, { kind }: Traffic): readonly string[] {
  if (copies !== 'true' || kind === 'share' || kind === 'schedule') return [];
  return [`annotation ${annotation('copies')} is ignored: ${annotation('traffic')} asks for no share, but ${kind}`];
}

function classNotices({ className = '', overruledClass }: StrippedIngress): readonly string[] {
  if (overruledClass === undefined) return [];
  return [`class ${className} of annotation kubernetes.io/ingress.class counts, not ${overruledClass} of the spec`];
}

function findService(
  ingress: StrippedIngress,
  name: string,
  objects: ObjectView,
): Result<StrippedService, RefusalCause> {
  const { namespace } = ingress.meta;
  const service = objects.service(namespace, name);
  if (service === undefined || service.meta.deleting)
    return refused(
      'service-not-found',
      service === undefined
        ? `Service ${name} is not in namespace ${namespace}: create it or correct the backend`
        : `Service ${name} is being deleted: create it anew or correct the backend`,
    );
  if (service.meta.unreadVersion !== undefined) return { ok: false, error: versionRefusal(service) };
  if (service.type === 'ExternalName')
    return refused(
      'external-name-service',
      `Service ${name} is an ExternalName: it has no endpoints that would tell whether it is up; use one with endpoints`,
    );
  return ok(service);
}

function statusOf({ status }: ParsedAnnotations, { up, reason }: Health): Pick<Publication, 'status' | 'statusReason'> {
  return status === undefined
    ? { status: up ? 'UP' : 'DOWN', statusReason: reason }
    : { status, statusReason: `${annotation('status')} is ${status} (${reason})` };
}
