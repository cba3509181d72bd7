import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';

interface KubeconfigFile {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  readonly users: readonly {
    readonly user: { readonly token?: string; readonly 'client-certificate'?: string; readonly 'client-key'?: string };
  }[];
}

export interface AcceptedChange {
  /** Monotonic milliseconds when the request was sent, and when the API server had answered. */
  readonly sentAt: number;
  readonly acceptedAt: number;
}

interface Write {
  readonly method: 'PATCH' | 'POST';
  readonly path: string;
  readonly type: string;
  /** That of success. */
  readonly status: number;
}

/** Writes objects over kept connections. A separate command for each change would blur when it was accepted. */
export class KubePatcher {
  readonly #agent: Agent;
  readonly #server: string;
  readonly #token: string | undefined;

  constructor(kubeconfig: string, caFile: string) {
    const file = parse(readFileSync(kubeconfig, 'utf8')) as KubeconfigFile;
    const user = file.users[0]?.user ?? {};
    this.#server = file.clusters[0]?.cluster.server ?? '';
    this.#token = user.token;
    this.#agent = new Agent({
      keepAlive: true,
      ca: readFileSync(caFile),
      ...(user['client-certificate'] !== undefined && { cert: readFileSync(user['client-certificate']) }),
      ...(user['client-key'] !== undefined && { key: readFileSync(user['client-key']) }),
    });
  }

  /** A merge patch. `path` is below the address of the server. */
  async patch(path: string, body: object): Promise<AcceptedChange> {
    return this.#send({ method: 'PATCH', path, type: 'application/merge-patch+json', status: 200 }, body);
  }

  /** Creates an object. `path` is that of its kind in its namespace. */
  async create(path: string, body: object): Promise<AcceptedChange> {
    return this.#send({ method: 'POST', path, type: 'application/json', status: 201 }, body);
  }

  async #send({ method, path, type, status }: Write, body: object): Promise<AcceptedChange> {
    const sentAt = performance.now();
    const question = request(this.#server + path, {
      method,
      agent: this.#agent,
      headers: {
        'content-type': type,
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      },
    });
    question.end(JSON.stringify(body));
    const [answer] = (await once(question, 'response')) as [IncomingMessage];
    const acceptedAt = performance.now();
    const said = await text(answer);
    if (answer.statusCode !== status)
      throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${said.slice(0, 300)}`);
    return { sentAt, acceptedAt };
  }

  close(): void {
    this.#agent.destroy();
  }
}
