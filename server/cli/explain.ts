import type { Access } from './access.ts';
import { askServer } from './ask-server.ts';
import { oneReplica } from './replicas.ts';
import { EXIT, type Shell } from './shell.ts';

export interface ExplainOptions {
  readonly server: string;
  readonly json: boolean;
  /** RFC 3339 or how long ago; `undefined`: as it is now. */
  readonly at: string | undefined;
  readonly access: Access;
}

/**
 * Prints where each entry of an application comes from, as a running server explains it. Resolves with the exit code.
 */
export async function explain(
  app: string,
  { server, json, at, access }: ExplainOptions,
  shell: Shell,
): Promise<number> {
  const past = at === undefined ? '' : `at/${encodeURIComponent(at)}/`;
  const path = `/eurek8s/${past}explain/${encodeURIComponent(app)}`;
  const replica = oneReplica(server, access);
  const accept = json ? 'application/json' : 'text/plain';
  const answer = replica.ok ? await askServer(replica.value, { path, method: 'GET', accept }) : replica;
  if (!answer.ok) {
    shell.err(`eurek8s: ${answer.error}\n`);
    return EXIT.unanswered;
  }
  const { status, text, reason } = answer.value;
  const lines = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  if (status === 200) {
    shell.out(lines);
    return EXIT.done;
  }
  shell.err(lines === '' ? `eurek8s: ${reason}\n` : lines);
  return EXIT.failed;
}
