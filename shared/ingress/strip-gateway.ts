import { rawCount, rawList, rawRecord, rawScalar, type RawRecord } from '../data/raw-data.ts';
import { backendPort } from './backend.ts';
import { hostPattern } from './ingress-host.ts';
import type { BalancerAddress, ObjectMeta } from './stripped.ts';
import type {
  AllowedNamespaces,
  Condition,
  Listener,
  NamespaceRequirement,
  StrippedGateway,
  StrippedGatewayClass,
  StrippedReferenceGrant,
} from './stripped-gateway.ts';

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

export function stripGateway(meta: ObjectMeta, object: RawRecord): StrippedGateway {
  const spec = rawRecord(object['spec']);
  const status = rawRecord(object['status']);
  return {
    kind: 'Gateway',
    meta,
    className: rawScalar(spec['gatewayClassName']) ?? '',
    listeners: rawList(spec['listeners']).map((listener) => stripListener(rawRecord(listener), status['listeners'])),
    addresses: rawList(status['addresses']).flatMap((address) => balancerAddress(rawRecord(address))),
    complaints: complaintsOf(status['conditions'], ['Accepted', 'Programmed']),
  };
}

export function stripGatewayClass(meta: ObjectMeta, object: RawRecord): StrippedGatewayClass {
  const status = rawRecord(object['status']);
  return { kind: 'GatewayClass', meta, complaints: complaintsOf(status['conditions'], ['Accepted']) };
}

export function stripReferenceGrant(meta: ObjectMeta, object: RawRecord): StrippedReferenceGrant {
  const spec = rawRecord(object['spec']);
  const from = rawList(spec['from']).map(rawRecord);
  const to = rawList(spec['to'])
    .map(rawRecord)
    .filter(({ group, kind }) => (rawScalar(group) ?? '') === '' && kind === 'Service');
  const names = to.flatMap(({ name }) => rawScalar(name) ?? []);
  return {
    kind: 'ReferenceGrant',
    meta,
    from: from
      .filter(({ group, kind }) => group === GATEWAY_GROUP && kind === 'HTTPRoute')
      .flatMap(({ namespace }) => rawScalar(namespace) ?? []),
    to: names.length < to.length ? 'all' : names,
  };
}

/** The condition of this type; `undefined` while nobody has written one. */
export function conditionOf(conditions: unknown, type: string): Condition | undefined {
  const found = rawList(conditions)
    .map(rawRecord)
    .find((condition) => condition['type'] === type);
  return (
    found && {
      status: rawScalar(found['status']) ?? 'Unknown',
      reason: rawScalar(found['reason']) ?? '',
      message: rawScalar(found['message']) ?? '',
    }
  );
}

/** `Programmed is False (AddressNotUsable: no address is free)`. */
export function describeCondition(type: string, { status, reason, message }: Condition): string {
  const why = [reason, message].filter((part) => part !== '').join(': ');
  return `${type} is ${status}${why === '' ? '' : ` (${why})`}`;
}

function complaintsOf(conditions: unknown, types: readonly string[]): readonly string[] {
  return types.flatMap((type) => {
    const condition = conditionOf(conditions, type);
    return condition === undefined || condition.status === 'True' ? [] : describeCondition(type, condition);
  });
}

function stripListener(listener: RawRecord, statuses: unknown): Listener {
  const name = rawScalar(listener['name']) ?? '';
  const status = rawList(statuses)
    .map(rawRecord)
    .find((each) => each['name'] === name);
  const hostname = hostPattern(rawScalar(listener['hostname']) ?? '');
  const protocol = rawScalar(listener['protocol']) ?? '';
  const allowed = rawRecord(listener['allowedRoutes']);
  const kinds = rawList(allowed['kinds']).map(rawRecord);
  return {
    name,
    hostname: hostname === '*' ? '' : hostname,
    port: rawCount(listener['port']),
    scheme: schemeOf(protocol, rawScalar(rawRecord(listener['tls'])['mode'])),
    protocol,
    namespaces: allowedNamespaces(rawRecord(allowed['namespaces'])),
    takesHttpRoutes:
      kinds.length === 0 ||
      kinds.some(({ group, kind }) => (rawScalar(group) ?? GATEWAY_GROUP) === GATEWAY_GROUP && kind === 'HTTPRoute'),
    complaints: complaintsOf(status?.['conditions'], ['Accepted', 'ResolvedRefs', 'Programmed']),
  };
}

function schemeOf(protocol: string, tlsMode: string | undefined): Listener['scheme'] {
  if (protocol === 'HTTP') return 'http';
  return (protocol === 'HTTPS' || protocol === 'TLS') && tlsMode !== 'Passthrough' ? 'https' : 'other';
}

/** A selector that is missing selects nothing, an empty one everything. */
function allowedNamespaces({ from, selector }: RawRecord): AllowedNamespaces {
  if (from === 'All' || from === 'None') return { from };
  if (from === 'Selector' && (selector === undefined || selector === null)) return { from: 'None' };
  return from === 'Selector' ? { from, requirements: requirementsOf(rawRecord(selector)) } : { from: 'Same' };
}

const OPERATORS: ReadonlyMap<unknown, NamespaceRequirement['operator']> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', 'absent'],
] as const);

/** An operator that we do not know lets no namespace in: `in` no value. */
function requirementsOf({ matchLabels, matchExpressions }: RawRecord): readonly NamespaceRequirement[] {
  return [
    ...Object.entries(rawRecord(matchLabels)).map(([key, value]) => ({
      operator: 'in' as const,
      key,
      values: [rawScalar(value) ?? ''],
    })),
    ...rawList(matchExpressions)
      .map(rawRecord)
      .map(({ key, operator, values }) => ({
        operator: OPERATORS.get(operator) ?? ('in' as const),
        key: rawScalar(key) ?? '',
        values: OPERATORS.has(operator) ? rawList(values).map((value) => rawScalar(value) ?? '') : [],
      })),
  ];
}

/** Addresses without a type are IP addresses; those of a type of some controller's own say nothing to us. */
function balancerAddress({ type, value }: RawRecord): readonly BalancerAddress[] {
  const text = rawScalar(value);
  if (text === undefined) return [];
  if (type === 'Hostname') return [{ ip: undefined, hostname: hostPattern(text) }];
  return type === undefined || type === 'IPAddress' ? [{ ip: hostPattern(text), hostname: undefined }] : [];
}

/** A port by its number. */
export function routePort(value: unknown): number | undefined {
  const port = backendPort(value);
  return typeof port === 'number' ? port : undefined;
}
