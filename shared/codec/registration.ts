import { idOf, recordOf, type InstanceDraft } from './draft.ts';
import { identifierFault } from './identifiers.ts';
import { draftFromRegistration } from './json-registration.ts';
import { draftFromRegistrationXml } from './xml-decode.ts';
import { hasTooManyVips, MAX_VIP_ELEMENTS, type InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';

/** A registration that is refused, with the answer that stock servers give: status, body and its type. */
export interface RegistrationRefusal {
  readonly status: 400 | 415;
  readonly body: string;
  /** Undefined when there is no body. */
  readonly contentType: 'application/json' | 'application/xml' | undefined;
  /** What is wrong, for people: stock's texts do not say. */
  readonly reason: string;
}

const UNREADABLE = {
  'application/json': '{"error": "cannot parse request body"}',
  'application/xml': '<error><message>cannot parse request body</message></error>',
} as const;

const NOT_SUPPORTED: RegistrationRefusal = {
  status: 415,
  body: '',
  contentType: undefined,
  reason: 'a registration is application/json or application/xml',
};

/** The body of `POST apps/{app}`. `now`, in epoch milliseconds, stands in for time stamps that the client left out. */
export function decodeRegistration(
  pathApp: AppName,
  contentType: string | undefined,
  body: string,
  now: number,
): Result<InstanceRecord, RegistrationRefusal> {
  const type = mediaType(contentType);
  if (type === undefined) return err(NOT_SUPPORTED);
  const draft = type === 'application/json' ? draftFromRegistration(body) : draftFromRegistrationXml(body);
  if (!draft.ok) return err(unreadableRegistration(type, draft.error.reason));
  const record = validateRegistration(pathApp, draft.value, now);
  const fault = record.ok ? (identifierFault(record.value) ?? vipFault(record.value)) : record.error;
  if (record.ok && fault === undefined) return record;
  // Stock labels these texts as XML whatever the client sent.
  return err({ status: 400, body: fault ?? '', contentType: 'application/xml', reason: fault ?? '' });
}

/** Callers would not find it by the vips that are too many. What other servers list is served all the same. */
function vipFault(record: InstanceRecord): string | undefined {
  const field = (['vipAddress', 'secureVipAddress'] as const).find((each) => hasTooManyVips(record[each]));
  return field === undefined ? undefined : `${field} has more than ${MAX_VIP_ELEMENTS} elements`;
}

/** The answer to a body that is no registration, or no text at all. */
export function unreadableRegistration(contentType: string | undefined, reason: string): RegistrationRefusal {
  const type = mediaType(contentType);
  return type === undefined ? NOT_SUPPORTED : { status: 400, body: UNREADABLE[type], contentType: type, reason };
}

/** Parameters such as the charset do not matter. Stock servers support no other type, however similar. */
function mediaType(contentType: string | undefined): keyof typeof UNREADABLE | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  return type === 'application/json' || type === 'application/xml' ? type : undefined;
}

/** The checks of stock servers in their order, with their texts. Only empty text counts as missing; blanks pass. */
function validateRegistration(pathApp: AppName, draft: InstanceDraft, now: number): Result<InstanceRecord, string> {
  const id = idOf(draft);
  if (id === undefined) return err('Missing instanceId');
  if (!draft.hostName) return err('Missing hostname');
  if (!draft.ipAddr) return err('Missing ip address');
  if (!draft.app) return err('Missing appName');
  if (draft.app !== pathApp) return err(`Mismatched appName, expecting ${pathApp} but was ${draft.app}`);
  const info = draft.dataCenterInfo;
  if (info === undefined) return err('Missing dataCenterInfo');
  if (info.name === undefined) return err('Missing dataCenterInfo Name');
  const record = recordOf(draft, id, pathApp, now);
  if (info.name !== 'Amazon' || info.metadata.has('instance-id')) return ok(record);
  // Amazon clients identify their instances by this entry, so stock servers add it where it is missing.
  return ok({
    ...record,
    dataCenterInfo: { name: 'Amazon', metadata: new Map([...info.metadata, ['instance-id', id]]) },
  });
}
