import type { InstanceRecord } from '../model/instance.ts';

/**
 * Characters of an id, a name or an address. A longer one is a fault of the client, and every answer would carry it.
 */
const MAX_IDENTIFIER_LENGTH = 1024;

type Identifiers = Pick<InstanceRecord, 'id' | 'app' | 'hostName' | 'ipAddr'>;
type Check = (what: string, value: string) => string | undefined;

/**
 * Why some identifier of the record cannot stand in a URL, a header or a table; `undefined` when all can. Stock servers
 * accept such an instance, and then nobody can renew or cancel it.
 */
export function identifierFault(record: Identifiers): string | undefined {
  return identifierLengthFault(record) ?? identifierTextFault(record);
}

export function identifierLengthFault(record: Identifiers): string | undefined {
  return firstFault(record, lengthFault);
}

/** A lone surrogate: JSON can write it, UTF-8 cannot. */
export function identifierTextFault(record: Identifiers): string | undefined {
  return firstFault(record, textFault);
}

function firstFault({ id, app, hostName, ipAddr }: Identifiers, check: Check): string | undefined {
  return check('instanceId', id) ?? check('app', app) ?? check('hostName', hostName) ?? check('ipAddr', ipAddr);
}

/** `what` names the identifier in the text of the fault. */
export function lengthFault(what: string, value: string): string | undefined {
  return value.length > MAX_IDENTIFIER_LENGTH
    ? `${what} is longer than ${MAX_IDENTIFIER_LENGTH} characters`
    : undefined;
}

function textFault(what: string, value: string): string | undefined {
  return value.isWellFormed() ? undefined : `${what} has half of a surrogate pair`;
}

/** An identifier for people, whatever its length and content. */
export function shownIdentifier(text: string): string {
  const shown = text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
  return shown.toWellFormed();
}

const MAX_SHOWN_LENGTH = 100;
