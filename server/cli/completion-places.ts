import type { Command, Option } from 'commander';
import { SuggestingOption } from './suggesting-option.ts';

/** One word that may come next, with what it is. */
export interface Offer {
  readonly word: string;
  readonly what: string;
}

/** An option with a value. */
export interface ValueOption {
  /** As one types it: `-s`, `--server`. */
  readonly flags: readonly string[];
  readonly value: 'file' | 'other' | readonly string[];
}

/** Where one is in a command line: behind the names of commands. */
export interface Place {
  /** Each name with a blank before it, ` holds release`; empty at the beginning. */
  readonly at: string;
  readonly offers: readonly Offer[];
  readonly values: readonly ValueOption[];
}

/** Every place of a program, by the tables that its commands are made of. */
export function completionPlaces(program: Command): readonly Place[] {
  return placesOf(program, '', [], []);
}

function placesOf(
  command: Command,
  at: string,
  inherited: readonly Option[],
  siblings: readonly Command[],
): readonly Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const options = [...help.visibleOptions(command), ...inherited];
  const choices = command.registeredArguments.flatMap(({ argChoices = [], description }) =>
    argChoices.map((word) => ({ word, what: description })),
  );
  // "help" takes the name of a command.
  const helped = at === ' help' ? siblings : [];
  const offers = [
    ...[...commands, ...helped].map((each) => ({ word: each.name(), what: each.description() })),
    ...choices,
    ...options.flatMap((option) => flagsOf(option).map((word) => ({ word, what: option.description }))),
  ];
  const values = options
    .filter(({ required }) => required)
    .map((each) => ({ flags: flagsOf(each), value: valueOf(each) }));
  // The options of the program itself stand before the command.
  const own = at === '' ? [] : command.options;
  return [{ at, offers, values }, ...commands.flatMap((each) => placesOf(each, `${at} ${each.name()}`, own, commands))];
}

function flagsOf({ short, long }: Option): readonly string[] {
  return [short, long].filter((flag) => flag !== undefined && flag !== null);
}

function valueOf(option: Option): ValueOption['value'] {
  const { argChoices, flags } = option;
  if (option instanceof SuggestingOption && option.suggested.length > 0) return option.suggested;
  return argChoices ?? (/<(file|directory)>/.test(flags) ? 'file' : 'other');
}
