import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { InnerPath, ValueProblem } from './problem.ts';
import { quoted } from './quoted.ts';
import { didYouMean } from '../../shared/text/closest.ts';

/**
 * Checks a value against a schema, with messages for people: the `description` of the sub-schema that failed is what
 * was expected there.
 */
export function schemaProblems(
  schema: TSchema,
  value: unknown,
  quote: (part: unknown) => string = quoted,
): readonly ValueProblem[] {
  const problems = new Map<string, ValueProblem>();
  const add = (path: InnerPath, message: string): void => {
    const id = JSON.stringify(path);
    if (!problems.has(id)) problems.set(id, { path, message });
  };
  for (const error of Value.Errors(schema, value)) {
    const path = pointerSteps(error.instancePath);
    const failed = valueAt(schema, pointerSteps(error.schemaPath));
    // The engine reports each unknown property twice; this is the second report.
    if (error.keyword === 'boolean') continue;
    if (error.keyword === 'additionalProperties') {
      const known = isObject(failed) && isObject(failed['properties']) ? Object.keys(failed['properties']) : [];
      for (const name of error.params.additionalProperties)
        add([...path, name], `unknown key${didYouMean(name, known)} (known: ${known.join(', ')})`);
    } else if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) add([...path, name], 'is missing');
    } else {
      const expected =
        isObject(failed) && typeof failed['description'] === 'string' ? failed['description'] : undefined;
      add(
        path,
        `${expected === undefined ? error.message : `expected ${expected}`}, got ${quote(valueAt(value, path))}`,
      );
    }
  }
  return [...problems.values()];
}

function pointerSteps(pointer: string): InnerPath {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')));
}

function valueAt(value: unknown, path: InnerPath): unknown {
  return path.reduce((inner, step) => (isObject(inner) ? inner[step] : undefined), value);
}

function isObject(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}
