import type { DecodeError } from '../../../../shared/codec/decode-error.ts';
import type { ApplicationIntake, DecodedApplication, DocumentFacts } from '../../../../shared/codec/document.ts';
import { decodeApplicationsJson } from '../../../../shared/codec/json-applications.ts';
import { decodeInstanceJson } from '../../../../shared/codec/json-decode.ts';
import { decodeApplicationsXml, decodeInstanceXml } from '../../../../shared/codec/xml-decode.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { err, type Result } from '../../../../shared/result.ts';
import { runInSlices, type Steps, type TimeSlice } from '../../../../shared/time-slice.ts';
import { isHtml } from './authorship.ts';
import { BodyError, joined, textParts, wholeText, type PackedBody, type TextParts } from './body.ts';

export interface Decoding {
  /** Bytes of text, unpacked. */
  readonly limit: number;
  /** Epoch milliseconds that stand in for missing time stamps. */
  readonly now: number;
}

export interface RegistryDecoding extends Decoding {
  readonly slice: TimeSlice;
  /** Ends the decoding. */
  readonly signal: AbortSignal;
}

/**
 * Unpacks the list of applications and decodes it while it is unpacked. Each application goes into `intake` at once.
 * XML, which only servers of a rare make have for us, is read as a whole.
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
    const decoded = decodeApplicationsXml(await joined(texts), now);
    if (decoded.ok) await runInSlices(addEach(decoded.value.applications, intake), slice);
    return decoded;
  } catch (error) {
    if (error instanceof BodyError) return err({ reason: error.message });
    throw error;
  }
}

/** `undefined`: the body is no instance. */
export async function decodeInstance(body: PackedBody, { limit, now }: Decoding): Promise<InstanceRecord | undefined> {
  try {
    const text = await wholeText(body, limit);
    const decoded = isXml(text) ? decodeInstanceXml(text, now) : decodeInstanceJson(text, now);
    return decoded.ok ? decoded.value : undefined;
  } catch (error) {
    if (error instanceof BodyError) return undefined;
    throw error;
  }
}

/** The text decides, not its label: stock servers label JSON as XML for some Accept headers. */
function isXml(text: string): boolean {
  return text.trimStart().startsWith('<');
}

function* addEach(applications: readonly DecodedApplication[], intake: ApplicationIntake): Steps<void> {
  for (const application of applications) {
    intake.add(application);
    yield;
  }
}

/** The parts up to the first that is not blank. */
async function firstText(parts: TextParts): Promise<string> {
  const texts: string[] = [];
  for (;;) {
    const next = await parts.next();
    if (next.done === true) break;
    texts.push(next.value);
    if (next.value.trimStart() !== '') break;
  }
  return texts.join('');
}

async function* continued(beginning: string, parts: TextParts): TextParts {
  yield beginning;
  yield* parts;
}
