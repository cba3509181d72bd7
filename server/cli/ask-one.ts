import { refusalText, type Access } from './access.ts';
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
  if (!replica.ok) return unanswered(replica.error, shell);
  const { name, authorization } = replica.value;
  const accept = json ? 'application/json' : 'text/plain';
  const answer = await askServer(replica.value, { path, method: 'GET', accept });
  if (!answer.ok) return unanswered(answer.error, shell);
  const { status, text } = answer.value;
  const lines = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  if (status === 200) {
    shell.out(lines);
    return EXIT.done;
  }
  const isDocument = json && text !== '';
  shell.err(
    isDocument ? lines : `eurek8s: ${name}: ${lines === '' ? `${refusalText(answer.value, authorization)}\n` : lines}`,
  );
  return status === 400 ? EXIT.unanswered : EXIT.failed;
}

function unanswered(why: string, shell: Shell): number {
  shell.err(`eurek8s: ${why}\n`);
  return EXIT.unanswered;
}
