import { Option } from 'commander';
import { SERVER_VARIABLE } from '../config/environment.ts';
import { type Access, accessOf, type GivenAccess } from './access.ts';
import type { AskOptions } from './ask-each.ts';
import { EXIT, type Shell } from './shell.ts';

/** `what`: what the servers are for the command. */
export function serversOption(shell: Shell, what: string): Option {
  return new Option(
    '-s, --server <url>',
    `${what}, repeatable; of a name with several addresses each is asked (default: ${defaultServer(shell)}, environment: ${SERVER_VARIABLE})`,
  ).argParser((url, earlier: unknown) => [...(Array.isArray(earlier) ? earlier : []), url]);
}

export async function withAccess(
  given: GivenAccess,
  shell: Shell,
  run: (access: Access) => Promise<number>,
): Promise<number> {
  const access = await accessOf(given, shell.environment);
  if (access.ok) return run(access.value);
  shell.err(`eurek8s: ${access.error}\n`);
  return EXIT.misused;
}

/** The options of `serversOption`, `addAccess` and `--json`. */
export interface GivenServers extends GivenAccess {
  readonly server?: readonly string[];
  readonly json?: boolean;
}

export function askOptions(
  { server = [], json = false }: GivenServers,
  access: Access,
  shell: Shell,
): Required<AskOptions> {
  return { servers: server.length > 0 ? server : [defaultServer(shell)], json, access };
}

export function defaultServer({ environment }: Shell): string {
  return environment[SERVER_VARIABLE] ?? 'http://127.0.0.1:8761';
}
