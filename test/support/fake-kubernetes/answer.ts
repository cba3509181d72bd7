import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, Http2ServerRequest } from 'node:http2';

export type Request = IncomingMessage | Http2ServerRequest;
/** HTTP/2 answers have the same methods under another class. */
export type Response = ServerResponse;

export function sendJson(response: Response, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

export function sendStatus(response: Response, status: number, message: string): void {
  sendJson(response, status, statusObject(status, message));
}

export function statusObject(code: number, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Fault', code };
}

/** What a broken network does: RST on the TCP connection. */
export function resetConnection(request: Request): void {
  // The socket of an HTTP/2 session is a guarded proxy. Only destroying the session affects the real socket.
  if (request instanceof Http2ServerRequest) request.stream.session?.destroy();
  else request.socket.resetAndDestroy();
}

/** RST_STREAM: one stream of an HTTP/2 connection ends, the others go on. */
export function resetStream(request: Request): void {
  if (!(request instanceof Http2ServerRequest)) throw new Error('a stream can only be reset on HTTP/2');
  request.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
}

/** GOAWAY, as load-balanced API servers send now and then. The connection closes when its streams have ended. */
export function goAway(request: Request): void {
  if (!(request instanceof Http2ServerRequest)) throw new Error('GOAWAY exists on HTTP/2 only');
  request.stream.session?.goaway(constants.NGHTTP2_NO_ERROR);
  request.stream.close(constants.NGHTTP2_NO_ERROR);
}
