import type { InstanceRecord } from '../model/instance.ts';

/** Characters of an id, a name or an address. Longer ones are a client's fault, and every answer would carry them. */
const MAX_IDENTIFIER_LENGTH = 1024;

type Identifiers = Pick<InstanceRecord, 'id' | 'app' | 'hostName' | 'ipAddr'>;
type Check = (what: string, value: string) => string | undefined;

/** What no URL, header or table can carry: stock servers take it, and then nobody can renew or cancel it. */
export function oddIdentifier(record: Identifiers): string | undefined {
  return longIdentifier(record) ?? brokenIdentifier(record);
}

export function longIdentifier(record: Identifiers): string | undefined {
  return firstFault(record, longName);
}

/** Half of a surrogate pair: JSON can write it, UTF-8 has none. */
export function brokenIdentifier(record: Identifiers): string | undefined {
  return firstFault(record, brokenName);
}

function firstFault({ id, app, hostName, ipAddr }: Identifiers, check: Check): string | undefined {
  return check('instanceId', id) ?? check('app', app) ?? check('hostName', hostName) ?? check('ipAddr', ipAddr);
}

/** `what`: of what it is the name. */
export function longName(what: string, value: string): string | undefined {
  return value.length > MAX_IDENTIFIER_LENGTH
    ? `${what} is longer than ${MAX_IDENTIFIER_LENGTH} characters`
    : undefined;
}

function brokenName(what: string, value: string): string | undefined {
  return value.isWellFormed() ? undefined : `${what} has half of a surrogate pair`;
}

/** An identifier that may be odd, for people. */
export function shownIdentifier(text: string): string {
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return shown.toWellFormed();
}

const MAX_SHOWN = 100;
