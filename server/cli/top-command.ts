import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../shared/text/duration.ts';
import { SERVER_VARIABLE } from '../config/environment.ts';
import { addAccess, type GivenAccess } from './access.ts';
import { defaultServer, withAccess } from './asked-servers.ts';
import type { Shell } from './shell.ts';

interface GivenTop extends GivenAccess {
  readonly server: string;
  readonly interval: number;
}

/** Milliseconds: nobody reads faster, and each round is several questions. */
const SHORTEST_INTERVAL_MS = 250;

export function addTop(program: Command, shell: Shell, finish: (code: number) => void): void {
  addAccess(
    program
      .command('top')
      .description('watch a running server on the terminal: applications, sources, changes, callers')
      .option('-s, --server <url>', `the server to watch (environment: ${SERVER_VARIABLE})`, defaultServer(shell))
      .addOption(
        new Option('--interval <duration>', 'between two rounds of questions').default(2_000, '2s').argParser(interval),
      ),
  ).action(async ({ server, interval, ...given }: GivenTop) =>
    finish(
      await withAccess(given, shell, async (access) => {
        // A server that starts has no use for it.
        const { top } = await import('./top.ts');
        return top({ server, access, intervalMs: interval }, shell);
      }),
    ),
  );
}

function interval(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < SHORTEST_INTERVAL_MS)
    throw new InvalidArgumentError('It is not a duration like 2s, of 250ms at least.');
  return ms;
}
