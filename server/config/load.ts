import type { Config } from '../../shared/config/config.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { assembleConfig } from './assemble.ts';
import { contradictions, lacksSource, NO_SOURCE } from './cross-checks.ts';
import { dependentDefaults } from './dependent-defaults.ts';
import { readEnvironment } from './environment.ts';
import { readFlags, type Flags } from './flags.ts';
import { given, type Given, type GivenValues } from './given.ts';
import { isOptionKey, type OptionKey, optionKeys, options, type Values } from './options.ts';
import { keyText, type Problem } from './problem.ts';
import { readYaml } from './yaml-file.ts';

export interface ConfigInput {
  readonly file: ConfigFile | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly flags: Flags;
  /** `required`: nothing to serve is a problem too. */
  readonly source: 'required' | 'optional';
}

export interface ConfigFile {
  /** As it was given, for messages. */
  readonly name: string;
  /** Its text, or why there is none. */
  readonly text: Result<string, string>;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Every option as it was written, with its origin. */
  readonly given: ReadonlyMap<OptionKey, Given>;
}

/** A flag wins over the environment, that over the file, that over the default. Returns all problems at once. */
export function loadConfig(input: ConfigInput): Result<LoadedConfig, readonly Problem[]> {
  const places = [readFlags(input.flags), readEnvironment(input.environment), readFile(input.file)];
  // In the order in which people look: the file first.
  const problems = places.toReversed().flatMap((place) => place.problems);
  const isMisspelt = problems.some(({ key }) => key === undefined || !isOptionKey(key));

  const all = new Map<OptionKey, Given>();
  const values = new Map<OptionKey, unknown>();
  const failed = new Set(optionKeys.filter((option) => problems.some(({ key }) => key === option)));
  for (const key of optionKeys) {
    const { kind, fallback } = options[key];
    const found = places.map((place) => place.values.get(key)).find((value) => value !== undefined);
    const value = found ?? given(fallback, { kind: 'default' });
    all.set(key, value);
    const result = kind.read(value.value);
    if (result.ok) values.set(key, result.value);
    else {
      failed.add(key);
      for (const { path, message } of result.error)
        problems.push({ origin: value.locate(path), key: keyText(key, path), message });
    }
  }
  for (const [key, value] of dependentDefaults(values))
    if (all.get(key)?.origin.kind === 'default') {
      all.set(key, given(value, { kind: 'default' }));
      values.set(key, value);
    }
  // Checks between options look at whole values only: they skip the ones that failed.
  const complete = Object.fromEntries(values) as unknown as Values;
  for (const { key, path, message } of contradictions(complete, failed)) {
    const origin = all.get(key)?.locate(path) ?? { kind: 'default' };
    problems.push({ origin, key: keyText(key, path), message });
  }
  // An option that cannot be read may be the missing source.
  if (input.source === 'required' && !isMisspelt && lacksSource(complete, failed))
    problems.push({ origin: { kind: 'default' }, key: undefined, ...NO_SOURCE });
  return problems.length > 0 ? err(problems) : ok({ config: assembleConfig(complete), given: all });
}

function readFile(file: ConfigFile | undefined): GivenValues {
  if (file === undefined) return { values: new Map(), problems: [] };
  if (file.text.ok) return readYaml(file.text.value, file.name);
  const origin = { kind: 'file', file: file.name, line: undefined } as const;
  return { values: new Map(), problems: [{ origin, key: undefined, message: file.text.error }] };
}
