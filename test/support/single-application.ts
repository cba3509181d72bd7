import type { DecodeError, Skipped } from '../../shared/codec/decode-error.ts';
import type { DecodedApplication } from '../../shared/codec/document.ts';
import { decodeApplication } from '../../shared/codec/json-decode.ts';
import { isObject, parseJson } from '../../shared/codec/json-values.ts';
import { decodeApplicationsXml } from '../../shared/codec/xml-decode.ts';
import { err, ok, type Result } from '../../shared/result.ts';

// The answer to `apps/{app}`: we give such answers, but nobody gives them to us, so only tests read them.

type Decoded = Result<DecodedApplication & { readonly skipped: readonly Skipped[] }, DecodeError>;

export function decodeApplicationJson(text: string, now: number): Decoded {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const root = isObject(parsed.value) ? parsed.value['application'] : undefined;
  if (!isObject(root)) return err({ reason: 'the document is not {"application":{…}}' });
  const { name, instance } = root;
  const skipped: Skipped[] = [];
  const items = Array.isArray(instance) ? instance : isObject(instance) ? [instance] : [];
  const steps = decodeApplication(name, items, now, skipped);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value === undefined ? err({ reason: 'the application has no name' }) : ok({ ...step.value, skipped });
}

export function decodeApplicationXml(text: string, now: number): Decoded {
  const decoded = decodeApplicationsXml(`<applications>${text}</applications>`, now);
  if (!decoded.ok) return decoded;
  const [application] = decoded.value.applications;
  if (application === undefined) return err({ reason: 'the document is not <application>' });
  return ok({ ...application, skipped: decoded.value.skipped });
}
