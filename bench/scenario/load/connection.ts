import { connect, type Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  /** The server closes the connection after this one. */
  readonly last: boolean;
  readonly body: Buffer;
}

/** A request as bytes, made once and sent many times. */
export function requestBytes(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Buffer {
  const length = Buffer.byteLength(body);
  const all = { host: '127.0.0.1', ...headers, ...(length > 0 && { 'content-length': `${length}` }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

const HEAD_END = Buffer.from('\r\n\r\n');
const CLOSE = /\r\nconnection: *close/i;
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/**
 * One kept HTTP connection, one request at a time. An HTTP client library costs more per exchange than the server under
 * measurement does, and its own pauses would be counted as the server's.
 */
export class Connection {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #received = 0;
  /** Bytes of the whole reply; 'chunked' until the last chunk; undefined before the head is complete. */
  #expected: number | 'chunked' | undefined;
  #bodyAt = 0;
  #waiting: { readonly resolve: (reply: Reply) => void; readonly reject: (cause: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (cause) => this.#fail(cause));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  ask(request: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#expected === undefined) this.#readHead();
    const chunked = this.#expected === 'chunked' && this.#tail().equals(LAST_CHUNK);
    if (!chunked && (typeof this.#expected !== 'number' || this.#received < this.#expected)) return;
    const bytes = this.#joined();
    const head = bytes.toString('latin1', 0, this.#bodyAt);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#expected = undefined;
    this.#chunks = [];
    this.#received = 0;
    waiting?.resolve({ status: Number(head.slice(9, 12)), last: CLOSE.test(head), body: bytes.subarray(this.#bodyAt) });
  }

  #readHead(): void {
    const bytes = this.#joined();
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return;
    this.#bodyAt = end + HEAD_END.length;
    const head = bytes.toString('latin1', 0, this.#bodyAt).toLowerCase();
    const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
    const hasBody = !/^http\/1\.1 (204|304)/.test(head);
    this.#expected = length !== undefined ? this.#bodyAt + Number(length) : hasBody ? 'chunked' : this.#bodyAt;
  }

  #tail(): Buffer {
    return this.#joined().subarray(-LAST_CHUNK.length);
  }

  #joined(): Buffer {
    const [only] = this.#chunks;
    const joined = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #fail(cause: Error): void {
    this.#waiting?.reject(cause);
    this.#waiting = undefined;
  }
}
