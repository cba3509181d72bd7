import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

export interface HttpQuestion {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * One request on a new connection. `fetch` would reuse connections to servers that were killed meanwhile, and does not let
 * the caller choose the Host header.
 */
export async function httpRequest(
  url: string,
  { method = 'GET', headers = {}, body, timeoutMs = 30_000 }: HttpQuestion = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const question = request(url, { method, headers, agent: false, timeout: timeoutMs }, (answer) => {
      const { statusCode = 0, headers } = answer;
      text(answer).then((body) => resolve({ status: statusCode, headers, body }), reject);
    });
    question.once('timeout', () => question.destroy(new Error(`no answer within ${timeoutMs} ms: ${method} ${url}`)));
    question.once('error', reject);
    question.end(body);
  });
}
