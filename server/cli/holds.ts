import { indent } from '../../shared/text/printable.ts';
import { URL_ACCESS, type Access } from './access.ts';
import { askServer, type ServerQuestion } from './ask-server.ts';
import { replicasOf, type Resolve } from './replicas.ts';
import { EXIT, type Shell } from './shell.ts';

export interface HoldsOptions {
  readonly servers: readonly string[];
  readonly json: boolean;
  readonly access?: Access;
}

/** The answer of one server. `absent`: it has no such hold. `silent`: there is no answer, or not one of Eurek8s. */
interface HoldsAnswer {
  readonly server: string;
  readonly outcome: 'done' | 'absent' | 'refused' | 'silent';
  readonly text: string;
}

/** Prints what every server holds back. Resolves with the exit code. */
export async function listHolds(options: HoldsOptions, shell: Shell, resolve?: Resolve): Promise<number> {
  const answers = await askEach(options, { path: '/eurek8s/holds', method: 'GET' }, resolve);
  print(answers, options, shell);
  return answers.every(({ outcome }) => outcome === 'done') ? EXIT.done : EXIT.unanswered;
}

/** What an operator may say of a hold: that the removal is real, or that nothing but a release ends it. */
export type HoldOrder = 'release' | 'keep';

/** Gives the order to every server that has the hold. Resolves with the exit code. */
export async function orderHold(
  order: HoldOrder,
  id: string,
  options: HoldsOptions,
  shell: Shell,
  resolve?: Resolve,
): Promise<number> {
  const path = `/eurek8s/holds/${encodeURIComponent(id)}/${order}`;
  const answers = await askEach(options, { path, method: 'POST' }, resolve);
  print(answers, options, shell);
  const outcomes = new Set(answers.map(({ outcome }) => outcome));
  if (outcomes.has('silent')) return EXIT.unanswered;
  return outcomes.has('done') && !outcomes.has('refused') ? EXIT.done : EXIT.failed;
}

async function askEach(
  { servers, json, access = URL_ACCESS }: HoldsOptions,
  question: Pick<ServerQuestion, 'path' | 'method'>,
  resolve: Resolve | undefined,
): Promise<readonly HoldsAnswer[]> {
  const accept = json ? 'application/json' : 'text/plain';
  const each = servers.map(async (server): Promise<readonly HoldsAnswer[]> => {
    const replicas = await replicasOf(server, access, resolve);
    if (!replicas.ok) return [{ server, outcome: 'silent', text: replicas.error }];
    return Promise.all(
      replicas.value.map(async (replica): Promise<HoldsAnswer> => {
        const answer = await askServer(replica, { ...question, accept });
        if (!answer.ok) return { server: replica.name, outcome: 'silent', text: answer.error };
        const { status, text, reason } = answer.value;
        const outcome = outcomeOf(status);
        if (outcome !== 'done') return { server: replica.name, outcome, text: `${replica.name}: ${reason}` };
        if (json && !isJson(text))
          return { server: replica.name, outcome: 'silent', text: `${replica.name} answers, but not as Eurek8s does` };
        return { server: replica.name, outcome, text };
      }),
    );
  });
  return (await Promise.all(each)).flat();
}

function outcomeOf(status: number): HoldsAnswer['outcome'] {
  if (status === 200) return 'done';
  if (status === 404) return 'absent';
  return status < 500 ? 'refused' : 'silent';
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function print(answers: readonly HoldsAnswer[], { json }: HoldsOptions, shell: Shell): void {
  if (json) return shell.out(`${JSON.stringify({ servers: answers.map(asJson) })}\n`);
  for (const { server, outcome, text } of answers) {
    if (outcome === 'done') shell.out(answers.length === 1 ? text : `${server}\n${indent(text)}`);
    else shell.err(`eurek8s: ${text}\n`);
  }
}

function asJson({ server, outcome, text }: HoldsAnswer): object {
  return outcome === 'done' ? { server, ...(JSON.parse(text) as object) } : { server, error: text };
}
