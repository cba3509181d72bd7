import type { InstanceRecord } from '../model/instance.ts';

/** Words of metadata keys that say where one host listens: `management.port`, `jmxPort`, `host-name`. */
const HOST_WORDS: ReadonlySet<string> = new Set([
  'addr',
  'address',
  'host',
  'hostname',
  'ip',
  'ipaddr',
  'ipv4',
  'ipv6',
  'port',
  'ports',
]);
/** In every one of the words: most keys have none of these, and are done with. */
const PART = /addr|host|ip|port/i;

/**
 * Tells whether a metadata entry says where one of these hosts listens, by its key or by their names and addresses in its
 * value. An entry for a load balancer must not inherit it: whoever trusts it would call a port that is not served there.
 */
export function hostBound(hosts: readonly InstanceRecord[]): (key: string, value: string) => boolean {
  const names = new Set<string>();
  for (const { hostName, ipAddr } of hosts) names.add(hostName.toLowerCase()).add(ipAddr);
  return (key, value) =>
    (PART.test(key) && keyWords(key).some((word) => HOST_WORDS.has(word))) ||
    valueWords(value).some((word) => names.has(word));
}

function keyWords(key: string): readonly string[] {
  return key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** Whole words, as a host may be called `web`; colons are within IPv6 addresses and before ports. */
function valueWords(value: string): readonly string[] {
  const text = value.toLowerCase();
  if (!/[^a-z0-9._-]/.test(text)) return [text];
  return [...text.split(/[^a-z0-9._-]+/), ...text.split(/[^a-f0-9:.]+/)];
}
