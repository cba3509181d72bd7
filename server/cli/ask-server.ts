import { Agent, request } from 'undici';
import { err, ok, type Result } from '../../shared/result.ts';
import { shownUrl } from '../../shared/text/shown-url.ts';
import { basicAuthorization } from '../../shared/text/url-credentials.ts';

export interface ServerAnswer {
  readonly status: number;
  readonly text: string;
}

/** The time for commands that answer at once. */
const DEADLINE_MS = 10_000;

/** Asks a running server for a text. User-info of the URL goes along as Basic authentication. */
export async function askServer(server: string, path: string): Promise<Result<ServerAnswer, string>> {
  const base = URL.parse(server);
  if (base === null || !/^https?:$/.test(base.protocol))
    return err(`"${shownUrl(server)}" is not a URL like http://eurek8s:8761`);
  const authorization = basicAuthorization(server);
  const url = new URL(path, base);
  url.username = '';
  url.password = '';
  // Of its own, as connections kept open would keep the process from ending.
  const dispatcher = new Agent({ allowH2: false });
  try {
    const answer = await request(url, {
      dispatcher,
      signal: AbortSignal.timeout(DEADLINE_MS),
      headers: {
        accept: 'text/plain',
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
    return ok({ status: answer.statusCode, text: await answer.body.text() });
  } catch (error) {
    return err(`${url.origin} does not answer: ${reason(error)}`);
  } finally {
    await dispatcher.destroy();
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ECONNREFUSED') return 'connection refused (is the server running?)';
  if (error.name === 'TimeoutError') return `no answer within ${DEADLINE_MS / 1000} s`;
  return error.message === '' ? error.name : error.message;
}
