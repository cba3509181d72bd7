import { createServer, type Server } from 'node:http';

/** An ingress controller with its load balancer: routes by Host header to whoever has ready endpoints. */
export class Ingress {
  readonly port: number;
  /** Host (without port) to the name of the service that answers; others are dead. */
  readonly routes = new Map<string, string>();
  readonly #server: Server;

  private constructor(port: number, calledDead: (host: string) => void) {
    this.port = port;
    this.#server = createServer((question, answer) => {
      question.resume();
      const host = question.headers.host ?? '';
      const backend = this.routes.get(host.replace(/:\d+$/, ''));
      if (backend === undefined) {
        calledDead(host.replace(/:\d+$/, ''));
        answer.writeHead(503, { connection: 'close' }).end();
        return;
      }
      answer.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
      answer.end(JSON.stringify({ backend, host }));
    });
  }

  static async start(port: number, calledDead: (host: string) => void): Promise<Ingress> {
    const ingress = new Ingress(port, calledDead);
    await new Promise<void>((resolve) => ingress.#server.listen(port, '127.0.0.1', resolve));
    return ingress;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
