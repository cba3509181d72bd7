import { indent } from '../../shared/text/printable.ts';
import { refusalText, URL_ACCESS, type Access } from './access.ts';
import { askServer, type ServerQuestion } from './ask-server.ts';
import { replicasOf, type Replica, type Resolve } from './replicas.ts';
import type { Shell } from './shell.ts';

export interface AskOptions {
  readonly servers: readonly string[];
  readonly json: boolean;
  readonly access?: Access;
}

/**
 * The answer of one server. `absent`: it has no such thing. `other`: it has another one in its place. `misused`: it does not understand the question. `silent`:
 * there is no answer, or not one of Eurek8s.
 */
export interface EachAnswer {
  readonly server: string;
  readonly outcome: 'done' | 'absent' | 'other' | 'misused' | 'refused' | 'silent';
  /** The document, or why there is none. */
  readonly text: string;
}

/** What is asked; `accept`: absent for JSON or text, as the options say. */
export type EachQuestion = Pick<ServerQuestion, 'path' | 'method'> & { readonly accept?: ServerQuestion['accept'] };

/** Asks one replica. */
export type Ask = (question: EachQuestion) => Promise<EachAnswer>;

/** Asks every server, and of a name with several addresses each, because every replica speaks for itself. */
export async function askEach(
  options: AskOptions,
  question: EachQuestion,
  resolve: Resolve | undefined,
): Promise<readonly EachAnswer[]> {
  return exchangeWithEach(options, (ask) => ask(question), resolve);
}

/** As `askEach`, with as many questions to each replica as make its one answer. */
export async function exchangeWithEach(
  { servers, json, access = URL_ACCESS }: AskOptions,
  exchange: (ask: Ask) => Promise<EachAnswer>,
  resolve: Resolve | undefined,
): Promise<readonly EachAnswer[]> {
  const each = servers.map(async (server): Promise<readonly EachAnswer[]> => {
    const replicas = await replicasOf(server, access, resolve);
    if (!replicas.ok) return [{ server, outcome: 'silent', text: replicas.error }];
    const asking = (replica: Replica) => exchange((question) => askReplica(replica, question, json));
    return Promise.all(replicas.value.map(asking));
  });
  return (await Promise.all(each)).flat();
}

async function askReplica(replica: Replica, question: EachQuestion, json: boolean): Promise<EachAnswer> {
  const accept = question.accept ?? (json ? 'application/json' : 'text/plain');
  const server = replica.name;
  const answer = await askServer(replica, { ...question, accept });
  if (!answer.ok) return { server, outcome: 'silent', text: answer.error };
  const { status, text } = answer.value;
  const outcome = outcomeOf(status);
  if (outcome !== 'done')
    return { server, outcome, text: `${server}: ${refusalText(answer.value, replica.authorization)}` };
  if (accept === 'application/json' && !isJson(text))
    return { server, outcome: 'silent', text: `${server} answers, but not as Eurek8s does` };
  return { server, outcome, text };
}

function outcomeOf(status: number): EachAnswer['outcome'] {
  if (status === 200) return 'done';
  if (status === 404) return 'absent';
  if (status === 400) return 'misused';
  return status < 500 ? 'refused' : 'silent';
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** As JSON one document: a list with the answer of each server, of errors too. */
export function printEach(answers: readonly EachAnswer[], { json }: AskOptions, shell: Shell): void {
  if (json) return shell.out(`${JSON.stringify({ servers: answers.map(asJson) })}\n`);
  for (const { server, outcome, text } of answers) {
    if (outcome === 'done') shell.out(answers.length === 1 ? text : `${server}\n${indent(text)}`);
    else shell.err(`eurek8s: ${text}\n`);
  }
}

function asJson({ server, outcome, text }: EachAnswer): object {
  return outcome === 'done' ? { server, ...(JSON.parse(text) as object) } : { server, error: text };
}
