import { isOptionKey, optionKeys, options } from './options.ts';

/** A node of a JSON schema, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of the configuration file, for editors and for the chart's values. */
export function configJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of Eurek8s',
    ...sectionSchema(''),
  };
}

/** `prefix` is empty at the top and `listen.tls.` below `listen.tls`. */
function sectionSchema(prefix: string): JsonSchema {
  const inside = optionKeys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  const names = new Set(inside.map((rest) => rest.split('.', 1)[0] ?? rest));
  const properties = Object.fromEntries(Array.from(names, (name) => [name, partSchema(prefix + name)]));
  return { type: 'object', properties, additionalProperties: false };
}

function partSchema(key: string): JsonSchema {
  if (!isOptionKey(key)) return sectionSchema(`${key}.`);
  const { kind, fallback, help } = options[key];
  return { ...kind.published, description: help, default: fallback };
}
