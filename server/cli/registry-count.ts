export interface RegistryCount {
  readonly applications: number;
  readonly instances: number;
  readonly format: 'json' | 'xml';
}

/**
 * Counts the entries of an answer to `GET apps` without decoding them; `undefined`: it is not a registry. Some servers
 * write an array of one as the element itself.
 */
export function countRegistry(text: string): RegistryCount | undefined {
  const start = text.trimStart();
  if (start.startsWith('<')) return countXml(start);
  const root = parsedJson(text);
  if (!isObject(root) || !isObject(root['applications'])) return undefined;
  const applications = asList(root['applications']['application']).filter(isObject);
  const instances = applications.reduce((sum, application) => sum + asList(application['instance']).length, 0);
  return { applications: applications.length, instances, format: 'json' };
}

function countXml(text: string): RegistryCount | undefined {
  if (!/<applications\b/.test(text)) return undefined;
  const applications = text.match(/<application>/g)?.length ?? 0;
  return { applications, instances: text.match(/<instance>/g)?.length ?? 0, format: 'xml' };
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
