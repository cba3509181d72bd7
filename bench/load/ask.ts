import { Agent, request, type IncomingHttpHeaders } from 'node:http';
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
  /** As it came, packed or not. */
  readonly body: Buffer;
}

/** One request; on a connection of its own unless an agent is given. */
export async function ask(url: string, { method = 'GET', headers = {}, body, agent }: Question = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const question = request(url, { method, headers, agent: agent ?? false, timeout: 120_000 }, (answer) => {
      const { statusCode = 0, headers } = answer;
      buffer(answer).then((body) => resolve({ status: statusCode, headers, body }), reject);
    });
    question.once('timeout', () => question.destroy(new Error(`no answer within 120 s: ${method} ${url}`)));
    question.once('error', reject);
    question.end(body);
  });
}

const unzip = promisify(gunzip);

/** The text of an answer, unpacked. */
export async function textOf({ headers, body }: Reply): Promise<string> {
  return (headers['content-encoding'] === 'gzip' ? await unzip(body) : body).toString('utf8');
}

/** Connections that stay open: at most so many, used in turn. */
export function keptConnections(most: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: most });
}
