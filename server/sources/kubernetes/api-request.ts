import { HttpMethod, RequestContext } from '@kubernetes/client-node';
import { Agent, fetch } from 'undici';
import { STATUS_CODES } from 'node:http';
import { ApiError, notJson } from './failure.ts';
import type { Login } from './login.ts';

/** A connection of our own to the API server: the cluster client makes a new agent for every call and closes none. */
export interface Connection {
  /** The body of a 2xx answer; everything else throws. `path` begins with a slash and may hold a query. */
  text(path: string, signal: AbortSignal, body?: object): Promise<string>;
  /** The same, parsed. */
  json(path: string, signal: AbortSignal, body?: object): Promise<unknown>;
  close(): void;
}

/** Credentials are applied once, here: they may come from a file or a plug-in and so may throw or hang. */
export async function connect(login: Login, signal: AbortSignal): Promise<Connection> {
  const { server } = login;
  const context = new RequestContext(server, HttpMethod.GET);
  await login.authenticate(context, signal);
  const headers = context.getHeaders();
  const dispatcher = context.getDispatcher() ?? new Agent();
  const text: Connection['text'] = async (path, requestSignal, body) => {
    const response = await fetch(`${server}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...headers,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      dispatcher,
      // A login page is not an answer: a redirect shows as its own status.
      redirect: 'manual',
      signal: requestSignal,
    });
    // Read in any case: an unread body would wedge the connection.
    const answer = await response.text();
    if (!response.ok) throw new ApiError(explain(response.status, answer), response.status);
    return answer;
  };
  return {
    text,
    json: async (path, requestSignal, body) => {
      const answer = await text(path, requestSignal, body);
      try {
        return JSON.parse(answer);
      } catch {
        throw notJson(answer);
      }
    },
    close: () => void dispatcher.destroy(),
  };
}

/** The API server's own sentence, which names verb and resource, where there is one. */
function explain(status: number, text: string): string {
  const name = `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
      return `${name}: ${body.message}`;
    }
  } catch {
    // Not the API server's; the status has to do.
  }
  return name;
}
