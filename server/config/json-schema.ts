import { optionKeys, options } from './options.ts';

/** A node of a JSON schema, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of the configuration file, for editors and for the chart's values. */
export function configJsonSchema(): JsonSchema {
  const sections = new Map<string, Record<string, JsonSchema>>([['', {}]]);
  for (const key of optionKeys) {
    const { kind, fallback, help } = options[key];
    const [section = '', name] = key.includes('.') ? key.split('.') : ['', key];
    const properties = sections.get(section) ?? {};
    sections.set(section, properties);
    properties[name ?? key] = { ...kind.published, description: help, default: fallback };
  }
  const { '': top, ...nested } = Object.fromEntries(sections);
  const inner = Object.entries(nested).map(([name, properties]) => [name, objectSchema(properties)] as const);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of Eurek8s',
    ...objectSchema({ ...Object.fromEntries(inner), ...top }),
  };
}

function objectSchema(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, additionalProperties: false };
}
