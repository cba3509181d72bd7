import { readProblem } from '../../shared/text/file-problem.ts';
import { readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { err, ok, type Result } from '../../shared/result.ts';
import { shownUrl } from '../../shared/text/shown-url.ts';
import { CONFIG_VARIABLE } from '../config/environment.ts';
import type { Flags } from '../config/flags.ts';
import { type ConfigFile, type ConfigInput, loadConfig, type LoadedConfig } from '../config/load.ts';
import { flagName, type OptionKey, optionKeys, options } from '../config/options.ts';
import { type Problem, problemText } from '../config/problem.ts';
import type { Shell } from './shell.ts';
import { SuggestingOption } from './suggesting-option.ts';

/** Adds a flag for every option of the configuration to a command, and the flags that name its file and print it. */
export function addConfigFlags(command: Command): Command {
  command
    .option('-c, --config <file>', `YAML file with the configuration (environment: ${CONFIG_VARIABLE})`)
    .option('--print-config', 'print the effective configuration, with secrets hidden, and exit')
    // Unknown flags are reported together with all other problems of the configuration.
    .allowUnknownOption()
    .allowExcessArguments();
  for (const key of optionKeys) command.addOption(configFlag(key));
  return command;
}

function configFlag(key: OptionKey): Option {
  const { kind, fallback, help } = options[key];
  // `--readOnly` alone means true.
  const value = typeof fallback === 'boolean' ? `[${kind.name}]` : `<${kind.name}>`;
  const isPlain = typeof fallback === 'boolean' || typeof fallback === 'number' || typeof fallback === 'string';
  const shown = isPlain && fallback !== '' ? ` (default: ${fallback})` : '';
  return new SuggestingOption(`${flagName(key)} ${value}`, `${help}${shown}`, choicesOf(kind.schema))
    .argParser((text, earlier: unknown) => [...(Array.isArray(earlier) ? earlier : []), text])
    .helpGroup('Configuration:');
}

/** Of an option that is one of a few words. */
function choicesOf(schema: object): readonly string[] {
  const choices: unknown = 'enum' in schema ? schema.enum : [];
  return Array.isArray(choices) ? choices.map(String) : [];
}

/** Reads the flags of `command`, the environment and the file. `undefined`: there were problems, which are printed. */
export function configOf(command: Command, shell: Shell, source: ConfigInput['source']): LoadedConfig | undefined {
  const given = command.opts<Readonly<Record<string, unknown>>>();
  const name = typeof given['config'] === 'string' ? given['config'] : shell.environment[CONFIG_VARIABLE];
  const loaded = loadConfig({
    file: name === undefined || name === '' ? undefined : configFile(name),
    environment: shell.environment,
    flags: flagsOf(command, given),
    source,
  });
  if (loaded.ok) return loaded.value;
  shell.err(problemList(loaded.error));
  return undefined;
}

function problemList(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return `eurek8s: ${count} in the configuration\n${problems.map((problem) => indented(problemText(problem))).join('')}`;
}

function indented(text: string): string {
  return `  ${text.replaceAll('\n', '\n  ')}\n`;
}

function flagsOf(command: Command, given: Readonly<Record<string, unknown>>): Flags {
  const texts = new Map<OptionKey, readonly string[]>();
  for (const key of optionKeys) {
    const value = given[key];
    if (Array.isArray(value)) texts.set(key, value.map(String));
    else if (value === true) texts.set(key, ['true']);
  }
  return { texts, unknown: command.args };
}

function configFile(name: string): ConfigFile {
  // A URL may have been meant for another flag.
  return { name: name.includes('://') ? shownUrl(name) : name, text: fileText(name) };
}

function fileText(name: string): Result<string, string> {
  try {
    return ok(readFileSync(name, 'utf8'));
  } catch (error) {
    return err(readProblem(error));
  }
}
