import { Agent, request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** A request below the origin; `path` is sent unchanged. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What a client reads of an answer. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly contentEncoding: string;
  /** The body, unpacked if it was sent as gzip. */
  readonly body: Buffer;
  readonly reason: string | undefined;
}

// There are thousands of requests, and most of the time would be spent on a connection for each.
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

export async function ask(origin: string, question: Question): Promise<Reply> {
  const { method, path, headers, body } = question;
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const length =
      body === undefined ? (method === 'POST' || method === 'PUT' ? 0 : undefined) : Buffer.byteLength(body);
    const sent = request(
      {
        agent,
        hostname,
        port,
        method,
        path,
        headers: { ...headers, ...(length === undefined ? {} : { 'content-length': length }) },
        timeout: 20_000,
      },
      (answer) => {
        buffer(answer)
          .then((bytes) => replyOf(answer, bytes))
          .then(resolve, reject);
      },
    );
    sent.once('timeout', () => sent.destroy(new Error(`no answer: ${method} ${origin}${path}`)));
    sent.once('error', reject);
    sent.end(body);
  });
}

function replyOf({ statusCode = 0, headers }: IncomingMessage, bytes: Buffer): Reply {
  const contentEncoding = headers['content-encoding'] ?? '';
  const reason = headers['x-eurek8s-reason'];
  return {
    status: statusCode,
    contentType: headers['content-type'] ?? '',
    contentEncoding,
    body: contentEncoding === 'gzip' && bytes.length > 0 ? gunzipSync(bytes) : bytes,
    reason: typeof reason === 'string' ? reason : undefined,
  };
}

export function describeQuestion({ method, path, headers }: Question): string {
  const fields = Object.entries(headers).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `${method} ${path.length > 160 ? `${path.slice(0, 160)}…` : path}${fields.join('')}`;
}
