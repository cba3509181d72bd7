import type { Command } from 'commander';

/** What the exit codes 0, 1 and 2 of a command mean. */
export type ExitCodes = readonly [done: string, no: string, misused: string];

/** Of a code that does not come. */
const NEVER = 'never';
const UNANSWERED = 'wrong use or no answer';
const LISTING: ExitCodes = ['it was answered', 'a server refused or knows nothing of it', UNANSWERED];
const ORDER: ExitCodes = [
  'every server that has the hold did it',
  'none has it, one refused, or has another of its source',
  UNANSWERED,
];

/** By the names of a command. Its help and docs/operations.md have them from here. */
export const EXIT_CODES: Readonly<Record<string, ExitCodes>> = {
  serve: ['it was stopped', 'it could not start, or its end was not in order', 'wrong use or configuration'],
  check: ['nothing bad was found', 'something bad was found', 'wrong use or configuration'],
  demo: ['it was stopped', 'it could not start', 'wrong use'],
  explain: ['it is known', 'it is unknown, or the server refused', UNANSWERED],
  whatif: ['it is known', 'it is unknown, or the server refused', UNANSWERED],
  wait: ['it is served', 'it is not by then', UNANSWERED],
  holds: LISTING,
  'holds release': ORDER,
  'holds keep': ORDER,
  apps: LISTING,
  diff: LISTING,
  changes: LISTING,
  refusals: LISTING,
  sources: LISTING,
  callers: LISTING,
  migration: LISTING,
  export: LISTING,
  top: ['it was quit', 'the server refused', 'wrong use, no terminal, or no answer at the start'],
  shadow: [
    'no difference but the intended',
    'others, or hash codes or deltas that are not true',
    'wrong use, not reached twice, or too short to judge',
  ],
  completion: ['it was printed', NEVER, 'wrong use'],
};

/** Adds its exit codes to the help of every command below this one. */
export function tellExitCodes(program: Command, above = ''): void {
  for (const command of program.commands) {
    const name = `${above}${command.name()}`;
    const codes = EXIT_CODES[name];
    const told = codes?.flatMap((meaning, code) => (meaning === NEVER ? [] : [`${code} ${meaning}`]));
    if (told !== undefined) command.addHelpText('after', `\nExit codes: ${told.join('; ')}.`);
    tellExitCodes(command, `${name} `);
  }
}
