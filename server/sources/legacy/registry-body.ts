import type { DecodeError } from '../../../shared/codec/decode-error.ts';
import type { ApplicationIntake, DecodedApplication, DocumentFacts } from '../../../shared/codec/document.ts';
import { decodeApplicationsJson } from '../../../shared/codec/json-applications.ts';
import { decodeApplicationsXml } from '../../../shared/codec/xml-decode.ts';
import { runInSlices, type Steps, type TimeSlice } from '../../../shared/time-slice.ts';
import type { Result } from '../../../shared/result.ts';
import type { TextParts } from './body.ts';

/**
 * Decodes the list of applications in a text that comes in parts. XML, which only servers of a rare make have for us, is
 * read as a whole. Throws what `parts` throws.
 */
export async function decodeRegistry(
  parts: TextParts,
  now: number,
  intake: ApplicationIntake,
  slice: TimeSlice,
): Promise<Result<DocumentFacts, DecodeError>> {
  const beginning = await firstText(parts);
  const whole = continued(beginning, parts);
  if (!isXml(beginning)) return decodeApplicationsJson(whole, now, intake, slice);
  const texts: string[] = [];
  for await (const text of whole) texts.push(text);
  const decoded = decodeApplicationsXml(texts.join(''), now);
  if (!decoded.ok) return decoded;
  await runInSlices(addEach(decoded.value.applications, intake), slice);
  return decoded;
}

function* addEach(applications: readonly DecodedApplication[], intake: ApplicationIntake): Steps<void> {
  for (const application of applications) {
    intake.add(application);
    yield;
  }
}

/** By what it is, not by what it is labelled: stock servers label JSON as XML for some Accept headers. */
export function isXml(text: string): boolean {
  return text.trimStart().startsWith('<');
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
