import { unreachable, type OverlayRules } from '../../shared/registry/overlay.ts';

export interface RegistryCount {
  readonly applications: number;
  readonly instances: number;
  /** Those with an address in `overlay.cidrs`. */
  readonly unreachable: number;
  readonly format: 'json' | 'xml';
}

/**
 * Counts the entries of an answer to `GET apps` without decoding them; `undefined`: it is not a registry. Some servers
 * write an array of one as the element itself.
 */
export function countRegistry(text: string, overlay: OverlayRules): RegistryCount | undefined {
  const start = text.trimStart();
  if (start.startsWith('<')) return countXml(start, overlay);
  const root = parsedJson(text);
  if (!isObject(root) || !isObject(root['applications'])) return undefined;
  const applications = asList(root['applications']['application']).filter(isObject);
  const instances = applications.flatMap((application) => asList(application['instance']));
  const isOut = (instance: unknown): boolean =>
    isObject(instance) && isUnreachable(textOf(instance['ipAddr']), textOf(instance['hostName']), overlay);
  const out = instances.filter(isOut).length;
  return { applications: applications.length, instances: instances.length, unreachable: out, format: 'json' };
}

function countXml(text: string, overlay: OverlayRules): RegistryCount | undefined {
  if (!/<applications\b/.test(text)) return undefined;
  const applications = text.match(/<application>/g)?.length ?? 0;
  const instances = text.split('<instance>').slice(1);
  const field = (instance: string, name: string): string =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(instance)?.[1] ?? '';
  const isOut = (each: string): boolean => isUnreachable(field(each, 'ipAddr'), field(each, 'hostName'), overlay);
  return { applications, instances: instances.length, unreachable: instances.filter(isOut).length, format: 'xml' };
}

function isUnreachable(ipAddr: string, hostName: string, overlay: OverlayRules): boolean {
  return unreachable({ ipAddr, hostName }, overlay) !== undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
