import assert from 'node:assert/strict';
import type { Config } from '../../shared/config/config.ts';
import { noFlags } from '../../server/config/flags.ts';
import { type ConfigInput, loadConfig, type LoadedConfig } from '../../server/config/load.ts';
import { type OptionKey, optionKeys } from '../../server/config/options.ts';
import { problemText } from '../../server/config/problem.ts';

export interface GivenConfig {
  readonly file?: string;
  /** Of the file. */
  readonly name?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Partial<Record<OptionKey, readonly string[]>>>;
  readonly unknown?: readonly string[];
  readonly source?: ConfigInput['source'];
}

function load({ file, name = 'e.yaml', environment = {}, flags = {}, unknown = [], source = 'optional' }: GivenConfig) {
  const texts = new Map(optionKeys.flatMap((key) => (flags[key] === undefined ? [] : [[key, flags[key]] as const])));
  return loadConfig({
    file: file === undefined ? undefined : { name, text: { ok: true, value: file } },
    environment,
    flags: { ...noFlags, texts, unknown },
    source,
  });
}

export function loaded(given: GivenConfig): LoadedConfig {
  const result = load(given);
  assert.ok(result.ok, result.ok ? '' : result.error.map(problemText).join('\n'));
  return result.value;
}

export function configured(given: GivenConfig): Config {
  return loaded(given).config;
}

/** The problems as they are printed. The test fails when there are none. */
export function refused(given: GivenConfig): readonly string[] {
  const result = load(given);
  assert.ok(!result.ok, 'the configuration was accepted');
  return result.error.map(problemText);
}
