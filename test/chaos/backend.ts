import { createServer, type Server } from 'node:http';
import { createServer as createTcp, type Server as TcpServer } from 'node:net';

/**
 * A little service on a port of its own. After its death something still listens there, which counts who calls the dead
 * address, and resets the connection: for the caller that is as good as nobody.
 */
export class LittleBackend {
  readonly port: number;
  readonly name: string;
  readonly #calledDead: () => void;
  #server: Server | TcpServer | undefined;

  constructor(name: string, port: number, calledDead: () => void) {
    this.name = name;
    this.port = port;
    this.#calledDead = calledDead;
  }

  async live(): Promise<void> {
    await this.#end();
    const server = createServer((question, answer) => {
      question.resume();
      answer.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
      answer.end(JSON.stringify({ backend: this.name, host: question.headers.host ?? '' }));
    });
    await this.#listen(server);
  }

  async die(): Promise<void> {
    await this.#end();
    const tombstone = createTcp((socket) => {
      socket.on('error', () => undefined);
      this.#calledDead();
      socket.resetAndDestroy();
    });
    await this.#listen(tombstone);
  }

  async stop(): Promise<void> {
    await this.#end();
  }

  async #listen(server: Server | TcpServer): Promise<void> {
    this.#server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', resolve));
  }

  async #end(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
