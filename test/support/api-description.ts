import assert from 'node:assert/strict';
import Schema from 'typebox/schema';
import type { OpenApiDocument, Operation } from '../../shared/openapi/document.ts';

/** Checks answers against the description of the API: by it nothing is there that it does not name. */
export class ApiDescription {
  readonly document: OpenApiDocument;
  /** `get /eurek8s/apps 200`. */
  readonly seen = new Set<string>();

  constructor(document: OpenApiDocument) {
    this.document = document;
  }

  /** Every answer that is described, as `seen` has them. */
  described(): readonly string[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]: [string, Operation]) =>
        Object.keys(responses).map((status) => `${method} ${path} ${status}`),
      ),
    );
  }

  check(method: 'get' | 'post', path: string, answer: Answer): void {
    const name = `${method} ${path} ${answer.status}`;
    const response = this.document.paths[path]?.[method]?.responses[answer.status];
    assert.ok(response !== undefined, `${name} is not described: ${answer.body}`);
    this.seen.add(name);
    if (response.content === undefined) return assert.equal(answer.body, '', name);
    const type = answer.type?.split(';')[0] ?? '';
    const described = response.content[type];
    assert.ok(described !== undefined, `${name} is ${type}`);
    if (type !== 'application/json') return assert.ok(answer.body.endsWith('\n'), name);
    const value: unknown = JSON.parse(answer.body);
    const [isValid, errors] = Schema.Errors(this.#closed(described.schema ?? {}) as object, value);
    assert.ok(isValid, `${name}: ${JSON.stringify(errors).slice(0, 1000)}`);
  }

  /** The schema with its references resolved, and with no properties but those that it names. */
  #closed(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((each) => this.#closed(each));
    if (typeof schema !== 'object' || schema === null) return schema;
    if ('$ref' in schema && typeof schema.$ref === 'string') {
      const name = schema.$ref.split('/').at(-1) ?? '';
      const found = this.document.components.schemas[name];
      assert.ok(found !== undefined, schema.$ref);
      return this.#closed(found);
    }
    const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.#closed(value)] as const));
    return 'properties' in schema ? { ...parts, additionalProperties: false } : parts;
  }
}

export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}
