import { IncomingMessage, type IncomingHttpHeaders } from 'node:http';
import { partArrived } from './arriving-body.ts';
import { rememberHeaders, repeatedHeaders } from './repeated-headers.ts';

/** All requests are of this class, as all that Node does with them takes longer where they have several shapes. */
export class ReceivedRequest extends IncomingMessage {
  #headers: IncomingHttpHeaders | undefined = undefined;

  static {
    // Node has an accessor, which its types call a property: it could not be overridden as one.
    Object.defineProperty(this.prototype, 'headers', {
      get(this: ReceivedRequest): IncomingHttpHeaders {
        this.#headers ??= repeatedHeaders(this.socket, this.rawHeaders) ?? this.#readHeaders();
        return this.#headers;
      },
      set(this: ReceivedRequest, headers: IncomingHttpHeaders) {
        this.#headers = headers;
      },
    });
  }

  /** Tells of the parts of its body as they arrive: a listener would read the body, or have Node take it for read. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    // Nobody reads trailers, and they would be kept for as long as the request waits.
    if (chunk === null && this.rawTrailers.length > 0) {
      this.rawTrailers = [];
      // Node would read them from there.
      this.trailers = {};
    }
    if (chunk !== null && !partArrived(this, chunk.length)) return true;
    return super.push(chunk, encoding);
  }

  #readHeaders(): IncomingHttpHeaders {
    const headers: IncomingHttpHeaders = Reflect.get(IncomingMessage.prototype, 'headers', this);
    rememberHeaders(this.socket, this.rawHeaders, headers);
    return headers;
  }
}
