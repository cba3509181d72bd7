import type { InstanceRecord } from '../model/instance.ts';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError } from './decode-error.ts';
import type { InstanceDraft } from './draft.ts';
import { draftFromElement, instanceFromElement } from './xml-instance.ts';
import { parseXml } from './xml-parse.ts';

/** The body of a registration. */
export function draftFromRegistrationXml(text: string): Result<InstanceDraft, DecodeError> {
  const root = parseXml(text, 'instance');
  if (!root.ok) return root;
  const draft = draftFromElement(root.value);
  if (!draft.ok) return draft;
  if (draft.value.app === undefined) return err({ reason: 'app is missing' });
  return ok({ ...draft.value, app: draft.value.app.toUpperCase() });
}

/** The answer to `apps/{app}/{id}`. `now`, in epoch milliseconds, stands in for missing time stamps. */
export function decodeInstanceXml(text: string, now: number): Result<InstanceRecord, DecodeError> {
  const root = parseXml(text, 'instance');
  return root.ok ? instanceFromElement(root.value, undefined, now) : root;
}
