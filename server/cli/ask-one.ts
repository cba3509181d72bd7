import type { Access } from './access.ts';
import { askServer } from './ask-server.ts';
import { oneReplica } from './replicas.ts';
import { EXIT, type Shell } from './shell.ts';

export interface AskOneOptions {
  readonly server: string;
  readonly json: boolean;
  readonly access: Access;
}

/** Prints what one server answers to a question about an application. Resolves with the exit code. */
export async function askOne(path: string, { server, json, access }: AskOneOptions, shell: Shell): Promise<number> {
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
  return status === 400 ? EXIT.unanswered : EXIT.failed;
}
