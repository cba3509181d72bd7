import type { DecodeError, Skipped } from '../../shared/codec/decode-error.ts';
import type { DecodedApplication } from '../../shared/codec/document.ts';
import { decodeApplication } from '../../shared/codec/application.ts';
import { JSON_INSTANCES, textOf } from '../../shared/codec/json-decode.ts';
import { parseJson } from '../../shared/codec/json-values.ts';
import { decodeApplicationsXml } from '../../shared/codec/xml-applications.ts';
import { isRawRecord } from '../../shared/data/raw-data.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { decodeInParts } from './decode-applications.ts';

// The answer to `apps/{app}`. We never fetch one, so only tests read it.

type Decoded = Result<DecodedApplication & { readonly skipped: readonly Skipped[] }, DecodeError>;

export function decodeApplicationJson(text: string, now: number): Decoded {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const root = isRawRecord(parsed.value) ? parsed.value['application'] : undefined;
  if (!isRawRecord(root)) return err({ reason: 'the document is not {"application":{…}}' });
  const { name, instance } = root;
  const skipped: Skipped[] = [];
  const items = Array.isArray(instance) ? instance : isRawRecord(instance) ? [instance] : [];
  const steps = decodeApplication(textOf(name), items, JSON_INSTANCES, now, skipped);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value === undefined ? err({ reason: 'the application has no name' }) : ok({ ...step.value, skipped });
}

export async function decodeApplicationXml(text: string, now: number): Promise<Decoded> {
  const decoded = await decodeInParts([`<applications>${text}</applications>`], now, decodeApplicationsXml);
  if (!decoded.ok) return decoded;
  const [application] = decoded.value.applications;
  if (application === undefined) return err({ reason: 'the document is not <application>' });
  return ok({ ...application, skipped: decoded.value.skipped });
}
