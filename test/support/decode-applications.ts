import type { DecodeError } from '../../shared/codec/decode-error.ts';
import type { DecodedApplication, DocumentFacts } from '../../shared/codec/document.ts';
import { decodeApplicationsJson } from '../../shared/codec/json-applications.ts';
import { ok, type Result } from '../../shared/result.ts';
import { endlessSlice } from './time-slices.ts';

/** A whole registry or a delta. */
export interface DecodedApplications extends DocumentFacts {
  readonly applications: readonly DecodedApplication[];
}

/** Decodes a document that comes in these parts. */
export async function decodeInParts(
  parts: Iterable<string>,
  now: number,
  decode = decodeApplicationsJson,
): Promise<Result<DecodedApplications, DecodeError>> {
  let applications: DecodedApplication[] = [];
  const intake = {
    add: (application: DecodedApplication) => void applications.push(application),
    restart: () => (applications = []),
  };
  const decoded = await decode(parts, now, intake, endlessSlice());
  return decoded.ok ? ok({ ...decoded.value, applications }) : decoded;
}
