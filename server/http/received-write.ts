import type { IncomingMessage } from 'node:http';
import { limitOf, type WriterLimit } from '../ports/writer-limit.ts';
import type { RawWrite } from '../ports/writes.ts';

/** Headers forwarded to the legacy: the client's identity, its trace and the hops. Never the replication header. */
const PASSED_ON = /^(?:discoveryidentity-|x-b3-|(?:traceparent|tracestate|b3|x-eurek8s-hops)$)/;

/** A write as it was received. It is taken apart only when it is forwarded: our own leases need none of its parts. */
export class ReceivedWrite implements RawWrite {
  readonly body: Buffer | undefined;
  readonly #request: IncomingMessage;
  readonly #segments: number;

  /** `segments`: how many path segments there are below the Eureka base. */
  constructor(request: IncomingMessage, segments: number, body: Buffer | undefined) {
    this.#request = request;
    this.#segments = segments;
    this.body = body;
  }

  get method(): RawWrite['method'] {
    const { method } = this.#request;
    return method === 'POST' || method === 'PUT' ? method : 'DELETE';
  }

  get path(): string {
    const [path = ''] = this.#url.split(/[?#]/, 1);
    // Counted from the end, because the mounts in front differ in length and may have any number of slashes.
    const segments = path.split('/').filter((segment) => segment !== '');
    return segments.slice(-this.#segments).join('/');
  }

  get query(): string {
    const start = this.#url.indexOf('?');
    return start < 0 ? '' : this.#url.slice(start + 1);
  }

  get contentType(): string | undefined {
    return this.#request.headers['content-type'];
  }

  get headers(): Readonly<Record<string, string>> {
    const passed: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.#request.headers))
      if (typeof value === 'string' && PASSED_ON.test(name)) passed[name] = value;
    return passed;
  }

  get limit(): WriterLimit | undefined {
    return limitOf(this.#request);
  }

  get #url(): string {
    return this.#request.url ?? '';
  }
}
