import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What went through. */
export interface BalancedExchange {
  readonly replica: number;
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
  readonly status: number;
  /** As it was sent, compressed if so. */
  readonly body: Buffer;
  readonly encoding: string | undefined;
}

/** The replica that answered. */
export const ANSWERED_BY = 'x-answered-by';

/**
 * One address for all replicas: each request goes to the next one, and on to the one after it when the connection is refused.
 * It looks at nothing else.
 */
export class Balancer {
  readonly #server: Server;
  readonly #ports: readonly number[];
  readonly #sockets = new Set<Socket>();
  readonly #passed: ((exchange: BalancedExchange) => void) | undefined;
  #turn = 0;
  #resetting = false;

  private constructor(ports: readonly number[], passed?: (exchange: BalancedExchange) => void) {
    this.#ports = ports;
    this.#passed = passed;
    this.#server = createServer((question, answer) => void this.#pass(question, answer));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  /** `passed` is told of each answer, before the caller has the end of it. */
  static async start(
    ports: readonly number[],
    port: number,
    passed?: (exchange: BalancedExchange) => void,
  ): Promise<Balancer> {
    const balancer = new Balancer(ports, passed);
    await new Promise<void>((resolve) => balancer.#server.listen(port, '127.0.0.1', resolve));
    return balancer;
  }

  /** While on: open connections end, and new ones do so in the middle of an answer. */
  reset(on: boolean): void {
    this.#resetting = on;
    if (on) for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(question: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    try {
      for await (const chunk of question as AsyncIterable<Buffer>) body.push(chunk);
    } catch {
      return; // the caller is gone
    }
    const first = this.#turn++;
    for (let i = 0; i < this.#ports.length; i++) {
      const index = (first + i) % this.#ports.length;
      if (await this.#attempt(index, question, answer, Buffer.concat(body))) return;
    }
    answer.writeHead(502).end();
  }

  #tell(replica: number, question: IncomingMessage, said: IncomingMessage): void {
    const passed = this.#passed;
    if (passed === undefined) return;
    const chunks: Buffer[] = [];
    said.on('data', (chunk: Buffer) => chunks.push(chunk));
    said.on('end', () => {
      const { method = '', url: path = '', headers } = question;
      const userAgent = headers['user-agent'] ?? '';
      const encoding = said.headers['content-encoding'];
      passed({ replica, method, path, userAgent, status: said.statusCode ?? 0, body: Buffer.concat(chunks), encoding });
    });
  }

  /** `false`: the connection was refused, so nothing has been done there. */
  #attempt(index: number, question: IncomingMessage, answer: ServerResponse, body: Buffer): Promise<boolean> {
    return new Promise((resolve) => {
      const { method, url: path, headers } = question;
      const far = request(
        { host: '127.0.0.1', port: this.#ports[index], method, path, headers, agent: false },
        (said) => {
          resolve(true);
          answer.writeHead(said.statusCode ?? 502, {
            ...said.headers,
            connection: 'keep-alive',
            [ANSWERED_BY]: `${index}`,
          });
          said.on('error', () => answer.destroy());
          this.#tell(index, question, said);
          if (this.#resetting)
            said.once('data', (chunk: Buffer) => {
              answer.write(chunk.subarray(0, chunk.length / 2), () => question.socket.resetAndDestroy());
            });
          else said.pipe(answer);
        },
      );
      far.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') resolve(false);
        else {
          resolve(true);
          answer.destroy();
        }
      });
      answer.on('close', () => far.destroy());
      far.end(body);
    });
  }
}
