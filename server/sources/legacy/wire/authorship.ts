import { parseJson } from '../../../../shared/codec/json-values.ts';
import { isRawRecord } from '../../../../shared/data/raw-data.ts';
import { hopsOf, HOPS_HEADER } from '../../../../shared/model/hops.ts';
import type { Answered } from './redirect.ts';

/** The needed parts of the head of an answer. Header values are unchanged. */
export interface AnswerHead extends Answered {
  readonly contentType: string | undefined;
  readonly contentLength: string | undefined;
  readonly contentEncoding: string | undefined;
  /** The Eurek8s servers that the answer passed through. */
  readonly hops: readonly string[];
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export function headOf(status: number, headers: Headers): AnswerHead {
  // A header that appears twice is a list.
  const text = (name: string): string | undefined => headers[name]?.toString();
  return {
    status,
    location: text('location'),
    contentType: text('content-type'),
    contentLength: text('content-length'),
    contentEncoding: text('content-encoding'),
    hops: hopsOf(text(HOPS_HEADER)),
  };
}

/** Who wrote an answer: a Eureka or something in front of it. `see-body`: only the body can show it. */
export type Author = 'eureka' | 'other' | 'see-body';

/** Characters of a body that is examined. The longest body that a stock server writes is the instance of a 409. */
export const MAX_SIGNED_LENGTH = 32 * 1024;

/** The statuses with which a Eureka refuses a write, or reports an instance as unknown. */
const REFUSALS: ReadonlySet<number> = new Set([400, 404, 409]);

const LABELS: ReadonlySet<string> = new Set(['application/json', 'application/xml']);

/**
 * Who wrote an answer to a write, or an answer that reports an instance as unknown. Balancers, gateways and login pages
 * answer for the legacy too, and a fleet that takes their 404 for the legacy's registers anew. Server headers do not
 * help, because balancers add theirs to every answer. Stock servers of both generations label every refusal of a write,
 * even an empty one. Envoy sends an empty refusal without a label when it has no route. Eurek8s does not label its
 * refusals, but they have the header with its hops.
 */
export function authorOf({ status, contentType, contentLength, contentEncoding, hops }: AnswerHead): Author {
  const accepted = status >= 200 && status < 300;
  if (!accepted && !REFUSALS.has(status)) return 'other';
  const label = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  const empty = status === 204 || contentLength === '0';
  if (label === undefined && !accepted) return empty && hops.length > 0 ? 'eureka' : 'other';
  if (label !== undefined && !LABELS.has(label))
    return accepted && empty && label === 'text/plain' ? 'eureka' : 'other';
  if (empty) return 'eureka';
  return contentEncoding === undefined || contentEncoding === 'identity' ? 'see-body' : 'other';
}

/**
 * Whether a Eureka wrote this body, complete and of `MAX_SIGNED_LENGTH` at most, to such a status. Stock servers accept a
 * write without a body; one that has a text of its own is a page to sign in at, or an error that a gateway calls 200.
 */
export function isSigned(status: number, body: string): boolean {
  const text = body.trim();
  if (text === '') return true;
  if (status < 300) return text === '{}' || INSTANCE.test(text);
  if (isErrorDocument(status, text)) return true;
  switch (status) {
    case 400:
      return REGISTER_TEXTS.test(text);
    case 409:
      return INSTANCE.test(text);
    default:
      return false;
  }
}

export function isHtml(text: string): boolean {
  return HTML.test(text.slice(0, 4096));
}

/** Each comment ends at its first `-->`: were others tried too, thirty comments in a row would take minutes. */
const HTML = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*<(?:!doctype\s+html|html)\b/i;

/** The texts of a 400 to a register: see `decodeRegistration`. */
const REGISTER_TEXTS =
  /^(?:Missing |Mismatched appName|(?:\{\s*"error"\s*:\s*"|<error>\s*<message>)cannot parse request body)/;

const INSTANCE = /^(?:\{\s*"instance"\s*:\s*\{|(?:<\?xml[^>]*>\s*)?<instance>)/;

/** What an application of Spring's that is no Eureka says of Eureka's paths. */
const NO_SUCH_PATH = /^No (?:static resource|endpoint|handler found for) /;

/**
 * Spring Boot's error document about a resource of Eureka's, which current Spring servers write. A gateway built on
 * Spring WebFlux writes a similar one, which has a request id.
 */
function isErrorDocument(status: number, text: string): boolean {
  if (text.startsWith('<Map>')) {
    const at = text.indexOf(`<status>${status}</status>`);
    return at >= 0 && /<path>[^<]*\/apps\//.test(text.slice(at));
  }
  const parsed = parseJson(text);
  if (!parsed.ok || !isRawRecord(parsed.value)) return false;
  const { status: said, path, requestId, message } = parsed.value;
  if (typeof message === 'string' && NO_SUCH_PATH.test(message)) return false;
  return said === status && typeof path === 'string' && path.includes('/apps/') && requestId === undefined;
}
