import { HttpMethod, RequestContext } from '@kubernetes/client-node';
import { Agent, fetch, type Response } from 'undici';
import { STATUS_CODES } from 'node:http';
import { ApiError, notJson } from './failure.ts';
import type { Login } from './login.ts';

/**
 * A connection of our own to the API server. The cluster client makes a new agent for each call and never closes it.
 */
export interface Connection {
  /**
   * Returns the body of a 2xx answer; every other status throws an `ApiError`. `path` begins with a slash and may
   * include a query. With a `body` the method is POST.
   */
  text(path: string, signal: AbortSignal, body?: object): Promise<string>;
  /** The same, parsed as JSON. */
  json(path: string, signal: AbortSignal, body?: object): Promise<unknown>;
  /** A merge patch. */
  patch(path: string, signal: AbortSignal, body: object): Promise<void>;
  close(): void;
}

/**
 * Applies the credentials once. They may come from a file or a plug-in, so this may throw or wait until the signal
 * aborts.
 */
export async function connect(login: Login, signal: AbortSignal): Promise<Connection> {
  const { server } = login;
  const context = new RequestContext(server, HttpMethod.GET);
  await login.authenticate(context, signal);
  const headers = context.getHeaders();
  const dispatcher = context.getDispatcher() ?? new Agent();
  const send = async (path: string, requestSignal: AbortSignal, body: object | undefined, type: string) => {
    const response = await fetch(`${server}${path}`, {
      method: body === undefined ? 'GET' : type === MERGE_PATCH ? 'PATCH' : 'POST',
      headers: {
        ...headers,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      dispatcher,
      // A redirect most often leads to a login page, so it is reported as its own status.
      redirect: 'manual',
      signal: requestSignal,
    });
    // The body is always read, because an unread one would block the connection.
    const answer = await textOf(response);
    if (!response.ok) throw new ApiError(explain(response.status, answer), response.status);
    return answer;
  };
  const text: Connection['text'] = (path, requestSignal, body) => send(path, requestSignal, body, 'application/json');
  return {
    text,
    patch: async (path, requestSignal, body) => void (await send(path, requestSignal, body, MERGE_PATCH)),
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

const MERGE_PATCH = 'application/merge-patch+json';

/** Unpacked; the largest page of a list has some tens of megabytes. A packed answer of a few KB may hold gigabytes. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let length = 0;
  for await (const bytes of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += bytes.byteLength;
    // Whatever ends this loop early closes the connection of the rest.
    if (length > MAX_ANSWER_BYTES) throw new ApiError(`the answer is longer than ${MAX_ANSWER_BYTES} bytes, unpacked`);
    parts.push(decoder.decode(bytes, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}

/** The message of the API server, which names verb and resource; without one, the status alone. */
function explain(status: number, text: string): string {
  const name = `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
      return `${name}: ${body.message}`;
    }
  } catch {
    // The body is not from the API server: only the status is shown.
  }
  return name;
}
