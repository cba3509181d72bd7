import type { DecodeError } from '../../../../shared/codec/decode-error.ts';
import type { ApplicationIntake, DocumentFacts } from '../../../../shared/codec/document.ts';
import { identifierTextFault } from '../../../../shared/codec/identifiers.ts';
import { decodeApplicationsJson } from '../../../../shared/codec/json-applications.ts';
import { decodeInstanceJson } from '../../../../shared/codec/json-decode.ts';
import { decodeApplicationsXml } from '../../../../shared/codec/xml-applications.ts';
import { decodeInstanceXml } from '../../../../shared/codec/xml-decode.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { err, type Result } from '../../../../shared/result.ts';
import type { TimeSlice } from '../../../../shared/time-slice.ts';
import { isHtml } from './authorship.ts';
import { BodyError, textParts, unpackedBytes, wholeText, type PackedBody, type TextParts } from './body.ts';

export interface Decoding {
  /** The maximum of unpacked bytes. */
  readonly limit: number;
  /** Epoch milliseconds, used for missing time stamps. */
  readonly now: number;
}

export interface RegistryDecoding extends Decoding {
  readonly slice: TimeSlice;
  /** Ends the decoding. */
  readonly signal: AbortSignal;
}

/**
 * Unpacks the list of applications and decodes it at the same time. Each application is added to `intake` at once. XML
 * takes ten times as long to decode, so less of it is accepted; only rare servers answer us in XML.
 */
export async function decodeRegistry(
  body: PackedBody,
  intake: ApplicationIntake,
  { limit, now, slice, signal }: RegistryDecoding,
): Promise<Result<DocumentFacts, DecodeError>> {
  try {
    const parts = textParts(body, limit, signal);
    const beginning = await firstText(parts);
    if (isHtml(beginning)) return err({ reason: 'it is an HTML page, of a proxy or a login page in front?' });
    const texts = continued(beginning, parts);
    if (!isXml(beginning)) return await decodeApplicationsJson(texts, now, intake, slice);
    if (unpackedBytes(body) > MAX_XML_BYTES) return err({ reason: TOO_MUCH_XML });
    return await decodeApplicationsXml(bounded(texts), now, intake, slice);
  } catch (error) {
    if (error instanceof BodyError) return err({ reason: error.message });
    throw error;
  }
}

/** `undefined` when the body is not an instance. */
export async function decodeInstance(body: PackedBody, { limit, now }: Decoding): Promise<InstanceRecord | undefined> {
  try {
    const text = await wholeText(body, limit);
    const decoded = isXml(text) ? decodeInstanceXml(text, now) : decodeInstanceJson(text, now);
    return decoded.ok && identifierTextFault(decoded.value) === undefined ? decoded.value : undefined;
  } catch (error) {
    if (error instanceof BodyError) return undefined;
    throw error;
  }
}

/** The text decides, not its content type: stock servers label JSON as XML for some Accept headers. */
function isXml(text: string): boolean {
  return text.trimStart().startsWith('<');
}

/** Characters of a registry in XML: some 50,000 instances. Parsing them takes seconds, in time slices. */
const MAX_XML_BYTES = 64 * 1024 * 1024;

const TOO_MUCH_XML = `its XML is longer than ${MAX_XML_BYTES} bytes, unpacked; a server that has JSON may give more`;

/** Enforces the limit while unpacking, because the size that a packed body states may be wrong. */
async function* bounded(texts: TextParts): TextParts {
  let length = 0;
  for await (const text of texts) {
    length += text.length;
    if (length > MAX_XML_BYTES) throw new BodyError(TOO_MUCH_XML);
    yield text;
  }
}

/** Blank characters at the beginning of a document. */
const MAX_BLANKS = 64 * 1024;

/** The parts up to the first that is not blank, joined. */
async function firstText(parts: TextParts): Promise<string> {
  const texts: string[] = [];
  let length = 0;
  for (;;) {
    const next = await parts.next();
    if (next.done === true) break;
    texts.push(next.value);
    length += next.value.length;
    if (length > MAX_BLANKS && next.value.trimStart() === '')
      throw new BodyError('it begins with blanks and nothing else');
    if (next.value.trimStart() !== '') break;
  }
  return texts.join('');
}

async function* continued(beginning: string, parts: TextParts): TextParts {
  yield beginning;
  yield* parts;
}
