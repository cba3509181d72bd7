import { type Command, InvalidArgumentError, Option } from 'commander';
import { SHADOW_FORMATS, type ShadowFormat } from '../../shared/shadow/render.ts';
import { parseDuration } from '../../shared/text/duration.ts';
import { addTlsFiles, type GivenAccess } from './access.ts';
import { withAccess } from './asked-servers.ts';
import type { Shell } from './shell.ts';

interface GivenShadow extends Pick<GivenAccess, 'ca' | 'cert' | 'key'> {
  readonly legacy: string;
  readonly against: string;
  readonly interval: number;
  readonly lag: number;
  readonly for?: number;
  readonly format: ShadowFormat;
  readonly json?: boolean;
  readonly output?: string;
}

/** Milliseconds: nobody needs to know more often, and both servers are asked. */
const SHORTEST_INTERVAL_MS = 100;

export function addShadow(program: Command, shell: Shell, finish: (code: number) => void): void {
  const command = program
    .command('shadow')
    .description('compare what callers get from the legacy and from Eurek8s, before they are pointed at it')
    .requiredOption('--legacy <url>', 'the legacy Eureka, as its clients have it: http://eureka-1:8761/eureka')
    .requiredOption('--against <url>', 'the Eurek8s to judge, as clients will have it')
    .addOption(
      new Option('--interval <duration>', 'between two looks at both').default(30_000, '30s').argParser(interval),
    )
    .addOption(
      new Option('--lag <duration>', 'how long a difference may last: it counts from then on')
        .default(60_000, '60s')
        .argParser(duration),
    )
    .addOption(
      new Option(
        '--for <duration>',
        'how long, plus what open differences need; two intervals at least; until Ctrl-C if absent',
      ).argParser(duration),
    )
    .addOption(new Option('--format <format>', 'of the report').choices(SHADOW_FORMATS).default('text'))
    .addOption(new Option('--json', 'the same as --format json').conflicts('format'))
    .option('--output <file>', 'a file for the report; standard output if absent');
  addTlsFiles(command, 'both are').action(
    async ({ json = false, ca, cert, key, output, for: time, ...given }: GivenShadow) => {
      const format = json ? 'json' : given.format;
      const files = {
        ...(ca !== undefined && { ca }),
        ...(cert !== undefined && { cert }),
        ...(key !== undefined && { key }),
      };
      finish(
        await withAccess(files, shell, async ({ tls }) => {
          // A server that starts has no use for it.
          const { shadow } = await import('./shadow.ts');
          return shadow({ ...given, format, for: time, output, tls }, shell);
        }),
      );
    },
  );
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('It is not a duration like 30s, 10m, 2d.');
  return ms;
}

function interval(text: string): number {
  const ms = duration(text);
  if (ms < SHORTEST_INTERVAL_MS) throw new InvalidArgumentError('It must be 100ms at least.');
  return ms;
}
