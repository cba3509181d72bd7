import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { codingOf } from '../http/negotiate.ts';
import type { Log } from '../ports/log.ts';
import { bundleBrowserCode, type BrowserCode } from './bundle.ts';
import { secure } from './headers.ts';

/** Put in by the build of the one file that is shipped; run from its sources, the program makes it itself. */
declare const EUREK8S_BROWSER_CODE: BrowserCode | undefined;

const pack = promisify(gzip);
/** The same for all servers of a process, as its sources are. */
let bundled: Promise<BrowserCode> | undefined;

const YEAR_SECONDS = 31_536_000;
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#2b6cdf"/>' +
  '<path d="M4 4h8v2H6.5v1.1h4.7v1.8H6.5V10H12v2H4z" fill="#fff"/></svg>';

/** The script and the style sheet of all pages, and the marks by which browsers keep them. */
export class BrowserFiles {
  readonly #log: Log;
  #made: Promise<BrowserCode & { readonly mark: string }> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Changes with the code, so that a browser may keep what it has for ever. */
  async mark(): Promise<string> {
    return (await this.#code()).mark;
  }

  register(app: FastifyInstance): void {
    const file = (path: string, type: string, content: () => Promise<string>): void => {
      let packed: Promise<Buffer> | undefined;
      app.get(path, async (request, reply) => {
        const text = await content();
        const { v } = request.query as Readonly<Record<string, unknown>>;
        const kept = v === (await this.mark());
        secure(reply).header('cache-control', kept ? `private, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
        reply.type(type).header('vary', 'accept-encoding');
        if (codingOf(request.headers['accept-encoding']) === 'identity') return reply.send(text);
        return reply.header('content-encoding', 'gzip').send(await (packed ??= pack(text)));
      });
    };
    file('/dashboard/app.js', 'text/javascript; charset=utf-8', async () => (await this.#code()).script);
    file('/dashboard/style.css', 'text/css; charset=utf-8', async () => (await this.#code()).style);
    file('/dashboard/icon.svg', 'image/svg+xml', () => Promise.resolve(ICON));
    // What browsers ask for by themselves where an answer names no icon, such as JSON. They go by its type.
    file('/favicon.ico', 'image/svg+xml', () => Promise.resolve(ICON));
  }

  #code(): Promise<BrowserCode & { readonly mark: string }> {
    return (this.#made ??= this.#make());
  }

  async #make(): Promise<BrowserCode & { readonly mark: string }> {
    const code = typeof EUREK8S_BROWSER_CODE === 'undefined' ? await this.#bundle() : EUREK8S_BROWSER_CODE;
    const mark = createHash('sha256').update(code.script).update(code.style).digest('hex').slice(0, 12);
    return { ...code, mark };
  }

  /** Pages are readable without: a missing tool must not take them away. */
  async #bundle(): Promise<BrowserCode> {
    try {
      return await (bundled ??= bundleBrowserCode());
    } catch (error) {
      bundled = undefined;
      this.#log.error({ err: error }, 'the dashboard is served without script and style: they could not be bundled');
      return { script: '', style: '' };
    }
  }
}
