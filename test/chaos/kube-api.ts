import { request } from 'node:https';
import { text } from 'node:stream/consumers';

export interface KubeApiOptions {
  readonly url: string;
  readonly ca: Buffer;
  readonly token: string;
}

/** The judge's own way to the API server, past every proxy. */
export class KubeApi {
  readonly #options: KubeApiOptions;

  constructor(options: KubeApiOptions) {
    this.#options = options;
  }

  /** Creates or changes an object, as often as need be with the same result. */
  async apply(path: string, object: object): Promise<void> {
    const type = 'application/apply-patch+yaml';
    const { status, said } = await this.#send('PATCH', `${path}?fieldManager=chaos&force=true`, type, object);
    if (status !== 200 && status !== 201) throw new Error(`apply ${path}: ${status} ${said.slice(0, 200)}`);
  }

  async delete(path: string): Promise<void> {
    const { status, said } = await this.#send('DELETE', path);
    if (status !== 200 && status !== 404) throw new Error(`delete ${path}: ${status} ${said.slice(0, 200)}`);
  }

  #send(
    method: string,
    path: string,
    type?: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly said: string }> {
    const { url, ca, token } = this.#options;
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, ...(type !== undefined && { 'content-type': type }) };
      const question = request(url + path, { method, ca, headers, agent: false }, (answer) => {
        text(answer)
          .then((said) => resolve({ status: answer.statusCode ?? 0, said }))
          .catch(reject)
          .finally(() => clearTimeout(timer));
      });
      const timer = setTimeout(() => question.destroy(new Error('no answer')), 10_000);
      question.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      question.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
