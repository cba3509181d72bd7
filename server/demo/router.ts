import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Pods } from './pods.ts';
import type { Routes } from './routes.ts';
import { close, listen } from './sample-service.ts';

/** Stands for the ingress controller and the load balancer in front of it: routes by Host header, else 404. */
export interface Router {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startRouter(routes: Routes, pods: Pods): Promise<Router> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const host = (request.headers.host ?? '').split(':')[0] ?? '';
    const service = routes.serviceOf(host);
    if (service === undefined) response.writeHead(404).end(`no route for ${host}\n`);
    else forward(request, response, await pods.portOf(service));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.writeHead(502).end(`${error.message}\n`));
  });
  const port = await listen(server);
  return { port, stop: () => close(server) };
}

function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  const onward = httpRequest(
    { host: '127.0.0.1', port, method: request.method, path: request.url, headers: request.headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', (error) => response.writeHead(502).end(`${error.message}\n`));
  request.pipe(onward);
}
