/**
 * How values are written to the registry file: as JSON from which exactly the same value is read. A shape names every
 * member of its type, so that a member that is added only to the type does not compile.
 */
export interface Shape<T> {
  /** For `JSON.stringify`. */
  write(value: T): unknown;
  /** Throws a `ShapeError` on anything that `write` does not produce. */
  read(json: unknown): T;
  /** The member is omitted from its object when it is undefined, in writing and in reading. */
  readonly leftOut?: true;
}

/**
 * Thrown for content that this version does not write, although its checksum is correct: it is from another version, or
 * there is a bug.
 */
export class ShapeError extends Error {
  constructor(expected: string, found: unknown) {
    super(`expected ${expected}, found ${found === null ? 'null' : Array.isArray(found) ? 'a list' : typeof found}`);
    this.name = 'ShapeError';
  }
}

export type JsonMembers = Readonly<Record<string, unknown>>;

export const text: Shape<string> = scalar('a text', (json): json is string => typeof json === 'string');
export const truth: Shape<boolean> = scalar('true or false', (json): json is boolean => typeof json === 'boolean');
export const number: Shape<number> = scalar(
  'a number',
  (json): json is number => typeof json === 'number' && Number.isFinite(json),
);

/** A text with a brand. The reader does not check again what the brand promises. */
export function branded<T extends string>(): Shape<T> {
  return scalar('a text', (json): json is T => typeof json === 'string');
}

export function oneOf<const T extends string>(choices: readonly T[]): Shape<T> {
  return scalar(`one of ${choices.join(', ')}`, (json): json is T => choices.some((choice) => choice === json));
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    write: (values) => values.map((value) => item.write(value)),
    read: (json) => listOf(json).map((each) => item.read(each)),
  };
}

/**
 * Keys and values in alternation. In a JSON object, keys such as `10` would change their position, and keys with
 * escapes are not safe (the last test of `codec-round-trip.test.ts`).
 */
export function entries<V>(value: Shape<V>): Shape<ReadonlyMap<string, V>> {
  return {
    write: (map) => {
      const flat: unknown[] = [];
      for (const [key, each] of map) flat.push(key, value.write(each));
      return flat;
    },
    read: (json) => {
      const flat = listOf(json);
      if (flat.length % 2 > 0) throw new ShapeError('keys and values', json);
      const map = new Map<string, V>();
      for (let i = 0; i < flat.length; i += 2) map.set(text.read(flat[i]), value.read(flat[i + 1]));
      return map;
    },
  };
}

/** A record of texts, as keys and values in alternation. */
export const texts: Shape<Readonly<Record<string, string>>> = {
  write: (record) => Object.entries(record).flat(),
  read: (json) => Object.fromEntries(textEntries.read(json)),
};

const textEntries = entries(text);

/** A member that is present and may be undefined. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return {
    write: (value) => (value === undefined ? undefined : shape.write(value)),
    read: (json) => (json === undefined ? undefined : shape.read(json)),
  };
}

/** A member that may be absent. */
export function absent<T>(shape: Shape<T>): Shape<T | undefined> {
  return { ...optional(shape), leftOut: true };
}

export type Members<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

export function object<T extends object>(members: Members<T>): Shape<T> {
  const shapes = Object.entries<Shape<unknown>>(members as unknown as Readonly<Record<string, Shape<unknown>>>);
  return {
    write: (value) => {
      const json: Record<string, unknown> = {};
      for (const [name, shape] of shapes) json[name] = shape.write(value[name as keyof T]);
      return json;
    },
    read: (json) => {
      const found = membersOf(json);
      const value: Record<string, unknown> = {};
      for (const [name, shape] of shapes) {
        const each = shape.read(found[name]);
        if (each !== undefined || shape.leftOut !== true) value[name] = each;
      }
      return value as T;
    },
  };
}

/** A union that is discriminated by its member `kind`. */
export function variants<T extends { readonly kind: string }>(shapes: {
  readonly [K in T['kind']]: Shape<Extract<T, { readonly kind: K }>>;
}): Shape<T> {
  const byKind = new Map(Object.entries<Shape<T>>(shapes as unknown as Readonly<Record<string, Shape<T>>>));
  const shapeOf = (kind: unknown): Shape<T> => {
    const shape = typeof kind === 'string' ? byKind.get(kind) : undefined;
    if (shape === undefined) throw new ShapeError(`a kind out of ${[...byKind.keys()].join(', ')}`, kind);
    return shape;
  };
  return {
    write: (value) => shapeOf(value.kind).write(value),
    read: (json) => shapeOf(membersOf(json)['kind']).read(json),
  };
}

export function listOf(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw new ShapeError('a list', json);
  return json;
}

export function membersOf(json: unknown): JsonMembers {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new ShapeError('an object', json);
  return json as JsonMembers;
}

function scalar<T>(expected: string, isOfShape: (json: unknown) => json is T): Shape<T> {
  return {
    write: (value) => value,
    read: (json) => {
      if (!isOfShape(json)) throw new ShapeError(expected, json);
      return json;
    },
  };
}
