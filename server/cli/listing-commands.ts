import { Argument, type Command } from 'commander';
import { EXPORT_FORMATS } from '../../shared/export/formats.ts';
import { addAccess, type Access } from './access.ts';
import { askOptions, serversOption, withAccess, type GivenServers } from './asked-servers.ts';
import { listChanges } from './list-changes.ts';
import { list, listMigration, printFile, type ListingOptions } from './listing.ts';
import type { Shell } from './shell.ts';

interface GivenListing extends GivenServers {
  readonly watch?: boolean;
  readonly at?: string;
  readonly since?: string;
  readonly limit?: string;
}

interface GivenExport extends GivenServers {
  readonly caller?: string;
  readonly from?: string;
  readonly gateway?: string;
}

type Run = (options: ListingOptions, given: GivenListing, words: readonly string[]) => Promise<number>;

/** The option by which a report is of the past. */
export const AT = [
  '--at <time>',
  'as it was at a time: 2026-03-01T10:00:00Z, 14:03 (UTC), or how long ago: -5m',
] as const;

/** The commands that print a report of running servers. */
export function addListings(program: Command, shell: Shell, finish: (code: number) => void): void {
  const add = (command: Command, run: Run, watched = 'it again when it has changed'): void => {
    addAccess(
      command
        .addOption(serversOption(shell, 'a server to ask'))
        .option('--json', 'one JSON document: of one server its own, of several a list of them')
        .option('-w, --watch', `go on until Ctrl-C: print ${watched}`),
    ).action(async (...all: unknown[]) => {
      const given = command.opts<GivenListing>();
      const words = all.slice(0, -2).filter((word): word is string => typeof word === 'string');
      const ask = (access: Access): Promise<number> =>
        run({ ...askOptions(given, access, shell), watch: given.watch ?? false }, given, words);
      finish(await withAccess(given, shell, ask));
    });
  };
  const past = (path: string, { at }: GivenListing): string =>
    at === undefined ? `/eurek8s/${path}` : `/eurek8s/at/${encodeURIComponent(at)}/${path}`;

  add(
    program
      .command('apps')
      .description('list every application with its stage, status and shares')
      .option(...AT),
    (options, given) => list(past('apps', given), options, shell),
  );
  add(
    program
      .command('diff')
      .description('list what is not the same in the legacy, in Kubernetes and in the answers, with reasons')
      .option(...AT),
    (options, given) => list(past('diff', given), options, shell),
  );
  add(
    program
      .command('changes')
      .description('list what changed, and why')
      .argument('[app]', 'name of an application')
      .option('--since <time>', 'from a time or a version on: 2026-03-01T10:00:00Z, 14:03 (UTC), -15m, 1750000000')
      .option(
        '--limit <number>',
        'one page of about so many: after a --since the oldest; without it all, page after page',
      ),
    (options, { since, limit }, [app]) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ app, since, limit }))
        if (value !== undefined) query.set(name, value);
      return listChanges(query, options, shell);
    },
    'each change once, as it comes',
  );
  add(program.command('refusals').description('list every candidate that is not served, and why'), (options) =>
    list('/eurek8s/refusals', options, shell),
  );
  add(
    program
      .command('sources')
      .description('tell of each source whether it is current, and what went wrong with it last'),
    (options) => list('/eurek8s/sources', options, shell),
  );
  add(
    program.command('callers').description('list who polls, looks up and registers, as which application'),
    (options) => list('/eurek8s/callers', options, shell),
  );
  add(
    program
      .command('migration')
      .description('list what is left to do for each application, and what keeps the legacy from going'),
    (options) => listMigration(options, shell),
  );
  addExport(program, shell, finish);
}

function addExport(program: Command, shell: Shell, finish: (code: number) => void): void {
  addAccess(
    program
      .command('export')
      .description('print the mapping as configuration of clients, for the day the registry goes')
      .addArgument(new Argument('<format>', 'whose configuration it is').choices(EXPORT_FORMATS))
      .option('--caller <name>', 'what this one calls: an application or an address, as "callers" lists it')
      .option(
        '--from <cluster>',
        'the cluster that callers run in: what is there, they call by the names of its Services',
      )
      .option('--gateway <name>', 'of httproute: the Gateway of the routes, NAME or NAMESPACE/NAME')
      .addOption(serversOption(shell, 'a server to ask: the first that has it')),
  ).action(async (format: string, given: GivenExport) => {
    const asked = new URLSearchParams();
    for (const name of ['caller', 'from', 'gateway'] as const) {
      const value = given[name];
      if (value !== undefined) asked.set(name, value);
    }
    const query = asked.size === 0 ? '' : `?${asked.toString()}`;
    const ask = (access: Access): Promise<number> =>
      printFile(`/eurek8s/export/${format}${query}`, askOptions(given, access, shell), shell);
    finish(await withAccess(given, shell, ask));
  });
}
