import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InstanceJson } from './fake-eureka-registry.ts';
import { httpRequest } from './http-request.ts';
import type { Ending } from './running-server.ts';

/** A list of applications, `apps/` or `apps/delta`, as it is on its way. */
export interface ListOnItsWay {
  readonly kind: 'full' | 'delta';
  readonly hash: string;
  readonly applications: readonly { readonly name: string; readonly instance: readonly InstanceJson[] }[];
}

/** Something on the way to a server, on loopback, that does not pass on its lists as they are. Ends with the test. */
export async function tamperProxy(
  t: Ending,
  origin: string,
  tamper: (list: ListOnItsWay) => ListOnItsWay,
): Promise<string> {
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const { url = '/', headers, method = 'GET' } = request;
      const answer = await httpRequest(origin + url, { method, headers: { accept: headers.accept ?? '*/*' } });
      const kind = url.endsWith('/apps/') ? 'full' : url.endsWith('/apps/delta') ? 'delta' : undefined;
      const isList = kind !== undefined && answer.status === 200;
      response.writeHead(answer.status, { 'content-type': answer.headers['content-type'] ?? 'text/plain' });
      response.end(isList ? tampered(answer.body, kind, tamper) : answer.body);
    };
    pass().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function tampered(body: string, kind: ListOnItsWay['kind'], tamper: (list: ListOnItsWay) => ListOnItsWay): string {
  const { applications: list } = JSON.parse(body) as {
    readonly applications: {
      readonly versions__delta: string;
      readonly apps__hashcode: string;
      readonly application: ListOnItsWay['applications'];
    };
  };
  const { hash, applications } = tamper({ kind, hash: list.apps__hashcode, applications: list.application });
  return JSON.stringify({ applications: { ...list, apps__hashcode: hash, application: applications } });
}

/** A list with other instances; `undefined`: one that is left out. */
export function withInstances(
  list: ListOnItsWay,
  change: (instance: InstanceJson) => InstanceJson | undefined,
): ListOnItsWay {
  const applications = list.applications.map(({ name, instance }) => ({
    name,
    instance: instance.flatMap((each) => change(each) ?? []),
  }));
  return { ...list, applications };
}
