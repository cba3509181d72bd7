import { isRawRecord, rawList, rawRecord, rawScalar, type RawRecord } from '../data/raw-data.ts';
import { backendPort } from './backend.ts';
import type { ControllerAction, ServiceBackend } from './stripped.ts';

/**
 * The port name by which the load balancer controllers of AWS and Alibaba recognise a backend that an annotation
 * defines.
 */
const BY_ANNOTATION = 'use-annotation';
const ACTIONS = 'alb.ingress.kubernetes.io/actions.';
/** With conditions of the same name, calls that do not meet them go to the following paths. */
const CONDITIONS = 'alb.ingress.kubernetes.io/conditions.';

export function isActionPort({ name }: RawRecord): boolean {
  return name === BY_ANNOTATION;
}

/**
 * The backend behind that port: a Service if the action forwards calls to one, else the action itself. The grammar is
 * that of the load balancer's API, whose keys may be in either case.
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

/** `undefined` when the text is not JSON. */
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

/** One entry depends on one Service: the one with most of the calls, and the first of several equal ones. */
function heaviest(targets: readonly Target[]): ServiceBackend | undefined {
  const [first, ...others] = targets.toSorted((a, b) => b.weight - a.weight);
  if (first === undefined) return undefined;
  const { service, port } = first;
  const besides = [...new Set(others.map((target) => target.service))].filter((name) => name !== service);
  return besides.length === 0 ? { service, port } : { service, port, besides };
}

/**
 * Whether no call passes the step. A redirect to https on the same host and path lets calls pass: the controller leaves
 * it out of the https listener, where it would lead to itself.
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

/** Whether a redirect keeps host and path, by the placeholders of the two clouds: `#{host}`, `${path}`. */
function staysAt({ host, path }: RawRecord): boolean {
  const same = (part: unknown, name: string): boolean =>
    new RegExp(`^/?[#$]\\{${name}\\}$`).test(rawScalar(part) ?? `#{${name}}`);
  return same(host, 'host') && same(path, 'path');
}
