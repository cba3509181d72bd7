import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { close, listen } from './sample-service.ts';

/** Stands for the ingress controller and the load balancer in front of it: routes by Host header, else 404. */
export interface Router {
  readonly port: number;
  stop(): Promise<void>;
}

interface RoutedIngress {
  readonly kind?: string;
  readonly spec?: {
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths?: readonly { readonly backend?: { readonly service?: { readonly name?: string } } }[];
      };
    }[];
  };
}

/** `services`: Service name → port on loopback. The Ingresses are read for each call, because they are edited live. */
export async function startRouter(directory: string, services: ReadonlyMap<string, number>): Promise<Router> {
  const server = createServer((request, response) => {
    const host = (request.headers.host ?? '').split(':')[0] ?? '';
    const service = routesOf(directory).get(host);
    const port = service === undefined ? undefined : services.get(service);
    if (port === undefined) {
      response.writeHead(404).end(`no route for ${host}\n`);
      return;
    }
    forward(request, response, port);
  });
  const port = await listen(server, 0);
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

/** Host → Service name, of every Ingress in the directory. A file that cannot be read has no routes. */
function routesOf(directory: string): ReadonlyMap<string, string> {
  const routes = new Map<string, string>();
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.yaml'))) {
    for (const object of objectsOf(join(directory, name))) {
      if (object?.kind !== 'Ingress') continue;
      for (const rule of object.spec?.rules ?? []) {
        const service = rule.http?.paths?.[0]?.backend?.service?.name;
        if (rule.host !== undefined && service !== undefined) routes.set(rule.host, service);
      }
    }
  }
  return routes;
}

function objectsOf(file: string): readonly (RoutedIngress | null)[] {
  try {
    return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as RoutedIngress | null);
  } catch {
    return [];
  }
}
