import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: Agent;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as received, packed or not. */
  readonly body: Buffer;
}

/** The headers of Java clients. */
export const JSON_GZIP = { accept: 'application/json', 'accept-encoding': 'gzip' } as const;

/** Sends one request, on a connection of its own unless an agent is given. */
export async function ask(url: string, question: Question = {}): Promise<Reply> {
  const answer = await send(url, question);
  const { statusCode = 0, headers } = answer;
  return { status: statusCode, headers, body: await buffer(answer) };
}

/** Reads an answer and drops its bytes: to keep 100 MB would stall this process and the load on the same core. */
export async function drain(url: string, question: Question = {}): Promise<void> {
  const answer = await send(url, question);
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
  await new Promise((resolve, reject) => answer.resume().once('end', resolve).once('error', reject));
}

async function send(url: string, { method = 'GET', headers = {}, body, agent }: Question): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: agent ?? false, timeout: 120_000 };
    // Whose certificate it is makes no difference to how fast it is.
    const sent = url.startsWith('https:')
      ? tlsRequest(url, { ...options, rejectUnauthorized: false }, resolve)
      : request(url, options, resolve);
    sent.once('timeout', () => sent.destroy(new Error(`no answer within 120 s: ${method} ${url}`)));
    sent.once('error', reject);
    sent.end(body);
  });
}

const unzip = promisify(gunzip);

/** The text of an answer, unpacked. */
export async function textOf({ headers, body }: Reply): Promise<string> {
  return (headers['content-encoding'] === 'gzip' ? await unzip(body) : body).toString('utf8');
}

/** Connections that stay open, used in turn. `url`: of the server, by default one of plain HTTP. */
export function keptConnections(maxSockets: number, url = ''): Agent {
  const options = { keepAlive: true, maxSockets };
  return url.startsWith('https:') ? new TlsAgent(options) : new Agent(options);
}

/** Works on every item, 16 at a time and in the given order, over connections that stay open (`keptConnections`). */
export async function sixteenAtOnce<T>(all: Iterable<T>, work: (each: T, agent: Agent) => Promise<unknown>, url = '') {
  const agent = keptConnections(16, url);
  const queue = all[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value, agent);
  };
  await Promise.all(Array.from({ length: 16 }, worker)).finally(() => agent.destroy());
}
