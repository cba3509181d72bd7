import { isIpAddress, withoutBrackets } from '../address/ip-address.ts';
import type { InstanceRecord } from '../model/instance.ts';

/**
 * Words in the key of an entry about one host, however the key joins them: `management.port`, `hostName`, `ip_addr`.
 */
const HOST_WORDS = new Set(
  'port ports host hosts hostname hostnames fqdn ip ips ipv4 ipv6 ipaddr addr address addresses url urls uri uris endpoint endpoints socket'.split(
    ' ',
  ),
);
/** `jmxport` is such a word too, but `transport` is not: the value must be a port number. */
const ENDS_WITH_PORT = /port$/;
const NAMES_PORT_IN_JSON = /"(?:[a-z]+[-_]?)?port"\s*:/i;
const URL_HOST = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@\s]*@)?(\[[^\]]*\]|[^/?#:\s]+)/i;
const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|localhost|[a-z0-9_-]+(?:\.[a-z0-9_-]+)+):[0-9]{1,5}$/i;
/** A lower number may be a weight or a version as well. */
const MIN_PORT_VALUE = 1024;

/**
 * Whether a metadata entry of a twin states where that one host listens. A client that uses it (an admin server, a
 * scraper, a gRPC stub) would call the load balancer on a port that it does not serve.
 */
export function isHostSpecific(key: string, value: string, twin: InstanceRecord): boolean {
  return isHostSpecificKey(key, value) || isHostSpecificValue(value, twin);
}

function isHostSpecificKey(key: string, value: string): boolean {
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => HOST_WORDS.has(word) || (ENDS_WITH_PORT.test(word) && isPort(value)));
}

function isHostSpecificValue(value: string, twin: InstanceRecord): boolean {
  const text = value.trim().toLowerCase();
  if (text === '') return false;
  const withPort = HOST_AND_PORT.exec(text)?.[1];
  const host = withoutBrackets(withPort ?? URL_HOST.exec(text)?.[1] ?? text);
  if (withPort !== undefined || isIpAddress(host) || host === 'localhost' || NAMES_PORT_IN_JSON.test(text)) return true;
  if (isPort(text) && Number(text) >= MIN_PORT_VALUE && listensOn(twin, Number(text))) return true;
  return namesOf(twin).some((name) => mentions(text, name));
}

function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text.trim()) && Number(text) <= 65_535;
}

function listensOn({ port, securePort }: InstanceRecord, number: number): boolean {
  return port.number === number || securePort.number === number;
}

/** The host names and addresses of an instance, in lower case. */
function namesOf({ hostName, ipAddr, dataCenterInfo }: InstanceRecord): readonly string[] {
  const amazon =
    dataCenterInfo.name === 'Amazon'
      ? ['local-hostname', 'public-hostname', 'local-ipv4', 'public-ipv4'].map((key) =>
          dataCenterInfo.metadata.get(key),
        )
      : [];
  return [hostName, ipAddr, ...amazon].flatMap((name) => (name === undefined || name === '' ? [] : name.toLowerCase()));
}

/** Whether the text contains the name as a whole word: neither `bobby` nor `bob-team` mentions the host `bob`. */
function mentions(text: string, name: string): boolean {
  const inName = /[a-z0-9._-]/;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!inName.test(text.charAt(at - 1)) && !inName.test(text.charAt(at + name.length))) return true;
  return false;
}
