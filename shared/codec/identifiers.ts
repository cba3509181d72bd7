import type { InstanceRecord } from '../model/instance.ts';

/** Characters of an id, a name or an address. Longer ones are a client's fault, and every answer would carry them. */
const MAX_IDENTIFIER_LENGTH = 1024;

/** What no URL, header or table can carry: stock servers take it, and then nobody can renew or cancel it. */
export function oddIdentifier({ id, app, hostName, ipAddr }: InstanceRecord): string | undefined {
  return oddName('instanceId', id) ?? oddName('app', app) ?? oddName('hostName', hostName) ?? oddName('ipAddr', ipAddr);
}

/** `what`: of what it is the name. */
export function oddName(what: string, value: string): string | undefined {
  if (value.length > MAX_IDENTIFIER_LENGTH) return `${what} is longer than ${MAX_IDENTIFIER_LENGTH} characters`;
  return value.isWellFormed() ? undefined : `${what} has half of a surrogate pair`;
}

/** An identifier that may be odd, for people. */
export function shownIdentifier(text: string): string {
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return shown.toWellFormed();
}

const MAX_SHOWN = 100;
