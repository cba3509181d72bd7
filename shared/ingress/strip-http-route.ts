import { rawList, rawRecord, rawScalar, type RawRecord } from '../data/raw-data.ts';
import { backendPort } from './backend.ts';
import { hostPattern } from './ingress-host.ts';
import { conditionOf, GATEWAY_GROUP, routePort } from './strip-gateway.ts';
import type { ObjectMeta } from './stripped.ts';
import type { ParentRef, RouteBackend, RouteMatch, RouteRule, StrippedHttpRoute } from './stripped-gateway.ts';

export function stripHttpRoute(meta: ObjectMeta, object: RawRecord): StrippedHttpRoute {
  const spec = rawRecord(object['spec']);
  const parent = (ref: unknown): ParentRef => stripParent(rawRecord(ref), meta.namespace);
  return {
    kind: 'HTTPRoute',
    meta,
    parents: rawList(spec['parentRefs']).map(parent),
    hostnames: [...new Set(rawList(spec['hostnames']).flatMap((host) => rawScalar(host) ?? []))].map(hostPattern),
    rules: rulesOf(spec['rules']).map((rule) => stripRule(rawRecord(rule), meta.namespace)),
    statuses: rawList(rawRecord(object['status'])['parents'])
      .map(rawRecord)
      .map(({ parentRef, conditions }) => ({
        parent: parent(parentRef),
        accepted: conditionOf(conditions, 'Accepted'),
        resolvedRefs: conditionOf(conditions, 'ResolvedRefs'),
      })),
  };
}

/** Without rules the API has one that matches every call and leads nowhere. */
function rulesOf(value: unknown): readonly unknown[] {
  const rules = rawList(value);
  return rules.length === 0 ? [{}] : rules;
}

function stripParent({ group, kind, namespace, name, sectionName, port }: RawRecord, own: string): ParentRef {
  const isGateway =
    (rawScalar(group) ?? GATEWAY_GROUP) === GATEWAY_GROUP && (rawScalar(kind) ?? 'Gateway') === 'Gateway';
  const gateway = { namespace: rawScalar(namespace) ?? own, name: rawScalar(name) ?? '' };
  return {
    gateway: isGateway && gateway.name !== '' ? gateway : undefined,
    sectionName: rawScalar(sectionName),
    port: routePort(port),
  };
}

function stripRule({ matches, filters, backendRefs }: RawRecord, own: string): RouteRule {
  return {
    matches: rawList(matches).map((match) => stripMatch(rawRecord(match))),
    redirects: rawList(filters).some((filter) => rawRecord(filter)['type'] === 'RequestRedirect'),
    backends: rawList(backendRefs).map((backend) => stripBackend(rawRecord(backend), own)),
  };
}

function stripMatch(match: RawRecord): RouteMatch {
  const path = rawRecord(match['path']);
  const conditions = ['headers', 'queryParams'].filter((name) => rawList(match[name]).length > 0);
  return {
    path: rawScalar(path['value']) ?? '/',
    pathType: rawScalar(path['type']) ?? 'PathPrefix',
    conditions: rawScalar(match['method']) === undefined ? conditions : [...conditions, 'method'],
  };
}

function stripBackend({ group, kind, namespace, name, port, weight }: RawRecord, own: string): RouteBackend {
  const service = rawScalar(name);
  const isService = (rawScalar(group) ?? '') === '' && (rawScalar(kind) ?? 'Service') === 'Service';
  const given = typeof weight === 'string' ? Number(weight) : weight;
  return {
    service: isService && service !== undefined ? { namespace: rawScalar(namespace) ?? own, name: service } : undefined,
    port: backendPort(port),
    weight: typeof given === 'number' && Number.isFinite(given) ? Math.max(0, given) : 1,
  };
}
