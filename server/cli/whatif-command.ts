import { Option, type Command } from 'commander';
import { CLIENT_KINDS } from '../../shared/whatif/caller.ts';
import { SERVER_VARIABLE } from '../config/environment.ts';
import { addAccess, type GivenAccess } from './access.ts';
import { askOne } from './ask-one.ts';
import { defaultServer, withAccess } from './asked-servers.ts';
import type { Shell } from './shell.ts';

interface GivenWhatIf extends GivenAccess {
  readonly zone?: string;
  readonly client?: string;
  readonly server: string;
  readonly json?: boolean;
}

/** The command that says what a caller would choose among. */
export function addWhatIf(program: Command, shell: Shell, finish: (code: number) => void): void {
  addAccess(
    program
      .command('whatif')
      .description(
        'tell what a caller would choose among, with shares, and what it leaves out, by the rules of its client',
      )
      .argument('<app>', 'name of an application, or a vip')
      .option('--zone <zone>', 'the zone of the caller; without it: of one that has none')
      .addOption(new Option('--client <client>', 'what it calls by (default: ribbon)').choices(CLIENT_KINDS))
      .option('-s, --server <url>', `the server to ask (environment: ${SERVER_VARIABLE})`, defaultServer(shell))
      .option('--json', 'one JSON document'),
  ).action(async (app: string, { zone, client, server, json = false, ...given }: GivenWhatIf) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ zone, client })) if (value !== undefined) query.set(name, value);
    const path = `/eurek8s/whatif/${encodeURIComponent(app)}${query.size === 0 ? '' : `?${query.toString()}`}`;
    finish(await withAccess(given, shell, (access) => askOne(path, { server, json, access }, shell)));
  });
}
