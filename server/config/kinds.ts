import { type Static, type TArray, type TSchema, type TString, Type } from 'typebox';
import { Value } from 'typebox/value';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ValueProblem } from './problem.ts';
import { durationPattern, parseDuration, parsePercent, PERCENT_PATTERN } from './quantities.ts';
import { mayHoldSecret, shownUrl } from '../../shared/text/shown-url.ts';
import { quoted, shownDeep } from './quoted.ts';
import { schemaProblems } from './schema-problems.ts';

/**
 * A kind of value. The schema says what the file may have; `read` checks a value against it and converts it to what the
 * program works with.
 */
export interface Kind<T> {
  /** In help texts: `--legacy.pollInterval <duration>`. */
  readonly name: string;
  readonly schema: TSchema;
  /** For the JSON schema: `schema`, with the checks of `read` as far as a schema can express them. */
  readonly published: TSchema;
  /** How a flag or an environment variable spells it: as it is, as comma-separated list, or as YAML (so JSON too). */
  readonly spelling: 'plain' | 'list' | 'urls' | 'yaml';
  read(value: unknown): Result<T, readonly ValueProblem[]>;
  /** A value that was read without problems, as people may see it: without secrets. */
  shown(value: unknown): unknown;
}

export function kind<S extends TSchema, T>(
  name: string,
  spelling: Kind<T>['spelling'],
  schema: S,
  convert: (value: Static<S>) => Result<T, readonly ValueProblem[]>,
  published: TSchema = schema,
): Kind<T> {
  return {
    name,
    spelling,
    schema,
    published,
    read(value) {
      return Value.Check(schema, value) ? convert(value) : err(schemaProblems(schema, value));
    },
    // An @ in a path does not make it a secret.
    shown: (value) => shownDeep(value, (text) => (text.includes('://') ? shownUrl(text) : text)),
  };
}

/** A kind whose texts may all hold a secret: they are shown only through `shown`. */
export function secretKind<T>(plain: Kind<T>, shown: (text: string) => string): Kind<T> {
  const { schema } = plain;
  return {
    ...plain,
    read: (value) =>
      Value.Check(schema, value)
        ? plain.read(value)
        : err(schemaProblems(schema, value, (part) => quoted(part, shown))),
    shown: (value) => shownDeep(value, shown),
  };
}

/** A kind of text with one message for all texts that `parse` does not take (`undefined`). */
export function parsed<T>(
  name: string,
  description: string,
  pattern: string,
  parse: (text: string) => T | undefined,
): Kind<T> {
  return kind(name, 'plain', Type.String({ pattern, description }), (text) => {
    const value = parse(text);
    return value === undefined ? err([{ path: [], message: `expected ${description}` }]) : ok(value);
  });
}

export const truth = kind('true|false', 'plain', Type.Boolean({ description: 'true or false' }), ok);
export const percent = parsed('percent', 'a percentage from 0% to 100%', PERCENT_PATTERN, parsePercent);

export function wholeNumber(minimum: number, maximum: number): Kind<number> {
  const description = `a whole number from ${minimum} to ${maximum}`;
  return kind('number', 'plain', Type.Integer({ minimum, maximum, description }), ok);
}

/** In milliseconds. */
export function duration(minimumMs: number, minimumText: string): Kind<number> {
  const description = `a duration such as 250ms, 5s, 10m, 1h or 2d${minimumMs > 0 ? `, at least ${minimumText}` : ''}`;
  return parsed('duration', description, durationPattern(minimumMs), (text) => {
    const ms = parseDuration(text);
    return ms === undefined || ms < minimumMs ? undefined : ms;
  });
}

export function choice<const C extends string>(choices: readonly [C, ...C[]]): Kind<C> {
  const description = `one of ${choices.join(', ')}`;
  return kind(choices.join('|'), 'plain', Type.Enum([...choices], { description }), (given) => {
    const value = choices.find((choice) => choice === given);
    return value === undefined ? err([{ path: [], message: `expected ${description}` }]) : ok(value);
  });
}

/** A kind of text that another module judges, with the messages of that module. `pattern` is for the JSON schema. */
export function judged<T>(
  name: string,
  description: string,
  pattern: string,
  judge: (text: string) => Result<T, string>,
): Kind<T> {
  return kind(
    name,
    'plain',
    Type.String({ description }),
    (value) => {
      const verdict = judge(value);
      return verdict.ok ? verdict : err([{ path: [], message: refusal([value], verdict.error) }]);
    },
    Type.String({ pattern, description }),
  );
}

/** A list of texts, each judged on its own. */
export function list<T>(
  name: string,
  description: string,
  pattern: string,
  judge: (text: string) => Result<T, string>,
): Kind<readonly T[]> {
  const listOf = (options: { readonly pattern?: string }): TArray<TString> =>
    Type.Array(Type.String({ minLength: 1, ...options, description }), { description: `a list: [${description}, …]` });
  return kind(`${name},…`, 'list', listOf({}), (texts) => judgedAll(texts, judge), listOf({ pattern }));
}

/** All the values, or all the problems. */
export function judgedAll<T>(
  texts: readonly string[],
  judge: (text: string) => Result<T, string>,
  messageOf = refusal,
): Result<readonly T[], readonly ValueProblem[]> {
  const values: T[] = [];
  const problems: ValueProblem[] = [];
  for (const [position, text] of texts.entries()) {
    const verdict = judge(text);
    if (verdict.ok) values.push(verdict.value);
    else problems.push({ path: [position], message: messageOf(texts, verdict.error) });
  }
  return problems.length > 0 ? err(problems) : ok(values);
}

/**
 * The messages of a judge quote what it refuses. A URL given to the wrong option may hold a secret, and a comma may
 * have cut it: then nothing is quoted.
 */
function refusal(texts: readonly string[], message: string): string {
  return texts.some(mayHoldSecret) ? 'is not allowed here (not shown, as a URL may hold a password)' : message;
}
