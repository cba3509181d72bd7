import { readFileSync } from 'node:fs';
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
  /** Milliseconds (monotonic) when the request was sent, and when the API server's answer had come. */
  readonly sentAt: number;
  readonly acceptedAt: number;
}

/** Patches objects over one kept connection: a command of its own for each change would blur when it was accepted. */
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

  /** A merge patch; `path` below the server's address. */
  patch(path: string, body: object): Promise<AcceptedChange> {
    const sentAt = performance.now();
    return new Promise((resolve, reject) => {
      const question = request(
        this.#server + path,
        {
          method: 'PATCH',
          agent: this.#agent,
          headers: {
            'content-type': 'application/merge-patch+json',
            ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
          },
        },
        (answer) => {
          const acceptedAt = performance.now();
          const refused = (said: string): Error =>
            new Error(`PATCH ${path} was answered ${answer.statusCode}: ${said.slice(0, 300)}`);
          const done = (said: string): void =>
            answer.statusCode === 200 ? resolve({ sentAt, acceptedAt }) : reject(refused(said));
          void text(answer).then(done, reject);
        },
      );
      question.once('error', reject);
      question.end(JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
