/** A JSON Schema of the dialect of OpenAPI 3.1, as far as our answers need it. */
export interface Schema {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';
  readonly format?: 'date-time';
  readonly enum?: readonly (string | boolean)[];
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
}

export const text: Schema = { type: 'string' };
export const moment: Schema = { type: 'string', format: 'date-time' };
export const truth: Schema = { type: 'boolean' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const percent: Schema = { type: 'number', minimum: 0, maximum: 100 };
export const texts: Schema = list(text);

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

export function oneOf(values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

export function mapOf(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

export function told(schema: Schema, description: string): Schema {
  return { ...schema, description };
}

/** A key that ends in `?` may be absent. Further keys may come. */
export function object(properties: Readonly<Record<string, Schema>>): Schema {
  const keys = Object.keys(properties);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key.replace(/\?$/, ''), schema])),
    required: keys.filter((key) => !key.endsWith('?')),
  };
}

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
