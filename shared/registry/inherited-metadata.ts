import { MAX_HOST_NAME_LENGTH } from '../address/host-name.ts';
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
/** The same in a word that joins two without a sign: `jmxhost`, `baseurl`. */
const ENDS_WITH_HOST_WORD = /(?:host|hostname|addr|address|url|uri|endpoint)$/;
/** `jmxport` is such a word too, but `transport` is not: the value must be a port number. */
const ENDS_WITH_PORT = /port$/;
/** What is served beside the application has a port of its own, and its name alone is often the key: `jmx`, `grpc`. */
const LISTENERS = new Set(
  'admin actuator bind debug dubbo grpc http https jdwp jmx listen listener management netty prometheus rmi rsocket tcp thrift udp websocket ws wss'.split(
    ' ',
  ),
);
/** `instanceId`, `instance-id`: the name of one twin. */
const INSTANCE_ID = /(?:^|[^a-z])instance[^a-z0-9]?id$/i;
const URL_HOST = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@\s]*@)?(\[[^\]]*\]|[^/?#:\s]+)/i;
const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|localhost|[a-z0-9_-]+(?:\.[a-z0-9_-]+)+):[0-9]{1,5}$/i;
/** `:8081`, `*:8081`, `tcp://*:8081`: a port on all addresses of the host. */
const PORT_OF_ANY_ADDRESS = /(?:^|^[a-z][a-z0-9+.-]*:\/\/)\*?:[0-9]{1,5}$/i;
/** A lower number may be a weight or a version as well. */
const MIN_PORT_VALUE = 1024;
/** Characters of a value that is looked into. */
const MAX_STRUCTURED = 4096;

/**
 * Tells of a metadata entry of a twin whether it states where that one host listens. A client that uses it (an admin
 * server, a scraper, a gRPC stub) would call the load balancer on a port that it does not serve.
 */
export function hostSpecificTo(twin: InstanceRecord): (key: string, value: string) => boolean {
  let called: HostNames | undefined;
  return (key, value) => {
    const entries = [[key, value] as const, ...(value.length > MAX_STRUCTURED ? [] : entriesIn(value))];
    return entries.some(
      ([name, part]) =>
        isHostSpecificKey(name, part) ||
        isHostSpecificValue(part, twin, () => (called ??= { names: namesOf(twin), shortNames: shortNamesOf(twin) })),
    );
  };
}

/** What an instance is called, in lower case. */
interface HostNames {
  /** Host names and addresses. */
  readonly names: readonly string[];
  readonly shortNames: readonly string[];
}

/** The entries of a value that has some: a document of JSON, `a=1;b=2`. */
function entriesIn(value: string): readonly (readonly [string, string])[] {
  // Nearly always.
  if (!value.includes('=') && !value.includes('"')) return [];
  const text = value.trim();
  if (/^[{[]/.test(text))
    return Array.from(text.matchAll(/"([^"\\]*)"\s*:\s*"?([^",{}[\]]*)/g), ([, key = '', part = '']) => [key, part]);
  const pairs = partsOf(text).map((part) => /^([^=]+)=(.*)$/.exec(part));
  return pairs.includes(null) ? [] : pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']);
}

/** Of a list: at least one. */
function partsOf(text: string): readonly string[] {
  return text.split(/[\s,;|&]+/).filter((part, i) => part !== '' || i === 0);
}

function isHostSpecificKey(key: string, value: string): boolean {
  if (INSTANCE_ID.test(key)) return true;
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return (
    words.some(
      (word) => HOST_WORDS.has(word) || ENDS_WITH_HOST_WORD.test(word) || (ENDS_WITH_PORT.test(word) && isPort(value)),
    ) ||
    (LISTENERS.has(words.at(-1) ?? '') && isPort(value) && Number(value) >= MIN_PORT_VALUE)
  );
}

function isHostSpecificValue(value: string, twin: InstanceRecord, called: () => HostNames): boolean {
  const text = value.trim().toLowerCase().replace(/\.$/, '');
  if (text === '') return false;
  return (
    partsOf(text).every((part) => isListener(part, twin)) ||
    called().names.some((name) => mentions(text, name)) ||
    called().shortNames.some((name) => isCalled(text, name))
  );
}

/** An address, with a port or in a URL, or the port of the twin. */
function isListener(text: string, twin: InstanceRecord): boolean {
  const withPort = HOST_AND_PORT.exec(text)?.[1];
  const host = withoutBrackets(withPort ?? URL_HOST.exec(text)?.[1] ?? text);
  if (withPort !== undefined || isIpAddress(host) || host === 'localhost' || PORT_OF_ANY_ADDRESS.test(text))
    return true;
  return isPort(text) && Number(text) >= MIN_PORT_VALUE && listensOn(twin, Number(text));
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

/**
 * `box17` and `box17.dc` of `box17.dc.example.com`. Without a digit the first label may be a word of the service as well,
 * and the name of the application always is.
 */
function shortNamesOf({ app, hostName, ipAddr }: InstanceRecord): readonly string[] {
  if (hostName.length > MAX_HOST_NAME_LENGTH) return [];
  const labels = hostName.toLowerCase().split('.');
  const [first = ''] = labels;
  if (hostName === ipAddr || isIpAddress(hostName) || !/\d/.test(first) || first === app.toLowerCase()) return [];
  return labels.slice(0, -1).map((_, i) => labels.slice(0, i + 1).join('.'));
}

/** Whether the text is the name, or calls it: `box17`, `http://box17/x`, `rmi://user@box17:9010`. */
function isCalled(text: string, name: string): boolean {
  if (text === name) return true;
  const at = text.indexOf(name);
  if (at < 0 || !mentions(text, name)) return false;
  return '/@'.includes(text.charAt(at - 1) || ' ') || /^:\d/.test(text.slice(at + name.length));
}
