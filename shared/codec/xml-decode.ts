import type { InstanceRecord } from '../model/instance.ts';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError } from './decode-error.ts';
import type { DecodedApplication, DecodedApplications } from './document.ts';
import type { InstanceDraft } from './draft.ts';
import { XmlApplicationsReading } from './xml-applications.ts';
import { XmlCursor } from './xml-cursor.ts';
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

/** The answer to `apps/{app}/{id}`. `now`, in epoch milliseconds, stands in for time stamps that are missing. */
export function decodeInstanceXml(text: string, now: number): Result<InstanceRecord, DecodeError> {
  const root = parseXml(text, 'instance');
  return root.ok ? instanceFromElement(root.value, undefined, now) : root;
}

/** The answer to `apps`, `apps/delta`, `vips/{vip}` that is there as a whole. */
export function decodeApplicationsXml(text: string, now: number): Result<DecodedApplications, DecodeError> {
  const applications: DecodedApplication[] = [];
  const intake = { add: (each: DecodedApplication) => void applications.push(each), restart: () => undefined };
  const cursor = new XmlCursor();
  cursor.give(text);
  cursor.end();
  const reading = new XmlApplicationsReading(cursor, now, intake).document();
  try {
    let step = reading.next();
    while (step.done !== true) step = reading.next();
    return ok({ ...step.value, applications });
  } catch (error) {
    if (error instanceof SyntaxError) return err({ reason: error.message });
    throw error;
  }
}
