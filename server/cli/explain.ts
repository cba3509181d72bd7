import { askServer } from './ask-server.ts';
import { EXIT, type Shell } from './shell.ts';

/** Where each entry of an application comes from, as a running server tells it. */
export async function explain(app: string, server: string, shell: Shell): Promise<number> {
  const answer = await askServer(server, `/eurek8s/explain/${encodeURIComponent(app)}`);
  if (!answer.ok) {
    shell.err(`eurek8s: ${answer.error}\n`);
    return EXIT.failed;
  }
  const { status, text } = answer.value;
  const lines = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  if (status === 200) {
    shell.out(lines);
    return EXIT.done;
  }
  shell.err(lines === '' ? `eurek8s: the server answered HTTP ${status}\n` : lines);
  return EXIT.failed;
}
