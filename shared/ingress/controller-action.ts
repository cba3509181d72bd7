import { isRawRecord, rawList, rawRecord, rawScalar, type RawRecord } from '../data/raw-data.ts';
import { backendPort } from './backend.ts';
import type { ControllerAction, ServiceBackend } from './stripped.ts';

/** The name of a port by which the load balancer controllers of AWS and Alibaba know that an annotation says what is done. */
const BY_ANNOTATION = 'use-annotation';
const ACTIONS = 'alb.ingress.kubernetes.io/actions.';
/** Conditions on the same name leave the calls that do not meet them to the paths that follow. */
const CONDITIONS = 'alb.ingress.kubernetes.io/conditions.';

export function isActionPort({ name }: RawRecord): boolean {
  return name === BY_ANNOTATION;
}

/**
 * What a backend of that port comes to: a Service where the action sends calls on to one, else the action itself. The
 * grammar is the load balancer's API, whose keys come in capitals or small letters.
 */
export function actionBackend(name: string, annotations: RawRecord): ServiceBackend | ControllerAction {
  const annotation = ACTIONS + name;
  const steps = stepsOf(rawScalar(annotations[annotation]) ?? '');
  const target =
    rawScalar(annotations[CONDITIONS + name]) === undefined ? heaviest(steps.flatMap(targetsOf)) : undefined;
  if (target !== undefined) return target;
  const takesAll = rawScalar(annotations[CONDITIONS + name]) === undefined && steps.some(endsThere);
  return { action: annotation, otherCalls: takesAll ? 'none' : 'next-path', toHttps: steps.some(leadsToHttps) };
}

function stepsOf(text: string): readonly RawRecord[] {
  const parsed = parsedJson(text);
  return (Array.isArray(parsed) ? rawList(parsed) : [parsed]).flatMap((step) =>
    isRawRecord(step) ? [folded(step)] : [],
  );
}

/** `undefined` for what is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function folded(record: RawRecord): RawRecord {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value]));
}

function kindOf({ type }: RawRecord): string {
  return (rawScalar(type) ?? '').toLowerCase().replaceAll(/[^a-z]/g, '');
}

interface Target extends ServiceBackend {
  readonly weight: number;
}

function targetsOf(step: RawRecord): readonly Target[] {
  if (!kindOf(step).startsWith('forward')) return [];
  const config = folded(rawRecord(step['forwardconfig']));
  const groups = [...rawList(config['targetgroups']), ...rawList(config['servergroups'])].map((group) =>
    folded(rawRecord(group)),
  );
  return groups.flatMap(({ servicename, serviceport, weight }) => {
    const service = rawScalar(servicename);
    const share = Number(rawScalar(weight) ?? 1);
    if (service === undefined || !(share > 0)) return [];
    return [{ service, port: backendPort(serviceport), weight: share }];
  });
}

/** One entry goes by one Service: that with most of the calls, the first of several. */
function heaviest(targets: readonly Target[]): ServiceBackend | undefined {
  const [first, ...others] = targets.toSorted((a, b) => b.weight - a.weight);
  if (first === undefined) return undefined;
  const { service, port } = first;
  const besides = [...new Set(others.map((target) => target.service))].filter((name) => name !== service);
  return besides.length === 0 ? { service, port } : { service, port, besides };
}

/**
 * Whether no call gets past it. A redirect to https on the same host and path does let them pass: the controller leaves it
 * out of the https listener, where it would lead to itself.
 */
function endsThere(step: RawRecord): boolean {
  const kind = kindOf(step);
  return kind === 'fixedresponse' || kind.startsWith('forward') || (kind === 'redirect' && !staysAt(redirectOf(step)));
}

function leadsToHttps(step: RawRecord): boolean {
  return kindOf(step) === 'redirect' && (rawScalar(redirectOf(step)['protocol']) ?? '').toLowerCase() === 'https';
}

function redirectOf(step: RawRecord): RawRecord {
  return folded(rawRecord(step['redirectconfig']));
}

/** Placeholders of the two clouds: `#{host}`, `${path}`. */
function staysAt({ host, path }: RawRecord): boolean {
  const same = (part: unknown, name: string): boolean =>
    new RegExp(`^/?[#$]\\{${name}\\}$`).test(rawScalar(part) ?? `#{${name}}`);
  return same(host, 'host') && same(path, 'path');
}
