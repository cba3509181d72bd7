import type { ServerResponse } from 'node:http';

/** What can be wrong with a server. There may be several faults at a time. */
export type Fault =
  | 'unavailable' // 503
  | 'error-page' // 500 with a long body
  | 'endless-error' // 500 whose body never ends
  | 'forbidden' // 403, as while a server has not yet filled itself from its peers
  | 'unauthorized' // 401
  | 'throttled' // 429
  | 'no-content' // 204
  | 'empty-body' // 200 without a body
  | 'unknown-coding' // 200 in brotli, which nobody asked for
  | 'hang' // accepts the request and is silent
  | 'stall' // head and a part of the body, then silence
  | 'reset' // breaks off in the middle of the body
  | 'slow' // trickles the body
  | 'bomb' // a small gzip body that is huge
  | 'truncated' // half the document, properly ended
  | 'login-page' // HTML with 200
  | 'empty' // a registry without applications
  | 'hollow' // no applications, and the hash code of all
  | 'partial' // one instance of each application, and the hash code of all
  | 'short-list' // all but the last instance of each application, and the hash code of all
  | 'wrong-hash' // one that counts nothing
  | 'high-hash' // one that counts more than there ever is
  | 'no-delta' // 403 on apps/delta
  | 'useless-delta' // nothing in apps/delta, and no hash code
  | 'empty-delta' // nothing in apps/delta, and the wrong hash code
  | 'xml-only'; // 406 to whoever asks for JSON

export type FaultScope = 'reads' | 'writes' | 'all';

/** Which faults are on. */
export class FaultSwitches {
  readonly #on = new Map<Fault, FaultScope>();

  on(fault: Fault, scope: FaultScope): void {
    this.#on.set(fault, scope);
  }

  clear(): void {
    this.#on.clear();
  }

  has(fault: Fault, scope: 'reads' | 'writes'): boolean {
    const on = this.#on.get(fault);
    return on === 'all' || on === scope;
  }

  /** Plays the faults that do not depend on the request. Returns false when it did not answer. */
  answer(scope: 'reads' | 'writes', response: ServerResponse): boolean {
    const reply = (status: number, body = ''): true => {
      response.writeHead(status, { 'Content-Type': 'text/html' }).end(body);
      return true;
    };
    if (this.has('hang', scope)) return true;
    if (this.has('unavailable', scope)) return reply(503);
    if (this.has('forbidden', scope)) return reply(403);
    if (this.has('unauthorized', scope)) return reply(401);
    if (this.has('throttled', scope)) return reply(429);
    if (this.has('no-content', scope)) return reply(204);
    if (this.has('empty-body', scope)) return reply(200);
    if (this.has('unknown-coding', scope)) {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'br' }).end('\u0001\u0002');
      return true;
    }
    if (this.has('error-page', scope)) return reply(500, 'x'.repeat(2_000_000));
    if (this.has('login-page', scope)) return reply(200, '<!DOCTYPE html><html><body>Log in</body></html>');
    if (!this.has('endless-error', scope)) return false;
    response.writeHead(500).write('x'.repeat(1000));
    return true;
  }
}

/** Sends a body in single characters. */
export function trickle(text: string, response: ServerResponse): void {
  let sent = 0;
  const timer = setInterval(() => {
    response.write(text.slice(sent, ++sent));
    if (sent >= text.length) response.end(() => clearInterval(timer));
  }, 20);
  response.on('close', () => clearInterval(timer));
}
