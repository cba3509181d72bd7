import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface RawAnswer {
  readonly status: number;
  /** Names are in lower case. The last value of a repeated header counts. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Parses an answer from its bytes on the wire. */
export function parseAnswer(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`no answer but ${JSON.stringify(bytes.toString('latin1').slice(0, 200))}`);
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: bytes.subarray(end + 4) };
}

export async function openConnection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  // Resets are part of what is tested. Tests about them listen themselves.
  socket.on('error', () => undefined);
  return socket;
}

/** Sends exactly these bytes on a new connection, and reads until the server closes it. */
export async function rawExchange(url: string, bytes: string | Buffer, timeoutMs = 10_000): Promise<Buffer> {
  const socket = await openConnection(url);
  socket.setTimeout(timeoutMs, () => socket.destroy());
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

/** One request with exactly this path, which a URL class would change. `connection: close` is added. */
export async function rawRequest(
  url: string,
  requestLine: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Promise<RawAnswer> {
  const all = { host: 'eurek8s', connection: 'close', ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const bytes = Buffer.concat([Buffer.from(`${requestLine} HTTP/1.1\r\n${head.join('')}\r\n`), Buffer.from(body)]);
  return parseAnswer(await rawExchange(url, bytes));
}
