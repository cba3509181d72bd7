/**
 * Regular expressions for texts of the configuration, for the JSON schema. Helm checks them with Go's engine, so none
 * has a look-ahead. The final check, and the message of a refusal, is in `names.ts`.
 */
const oneOf = (...patterns: readonly string[]): string => `(${patterns.join('|')})`;
const whole = (...patterns: readonly string[]): string => `^${oneOf(...patterns)}$`;

const OCTET = String.raw`(25[0-5]|2[0-4]\d|1\d{2}|[1-9]?\d)`;
const IPV4 = String.raw`${OCTET}(\.${OCTET}){3}`;
const IPV6 = ipv6();

/** By RFC 3986, section 3.2.2: at most so many groups before `::` as those behind it leave room for. */
function ipv6(): string {
  const group = '[0-9a-fA-F]{1,4}';
  const lastTwo = oneOf(`${group}:${group}`, IPV4);
  const atMost = (groups: number): string => (groups === 0 ? '' : `((${group}:){0,${groups - 1}}${group})?`);
  return oneOf(
    `(${group}:){6}${lastTwo}`,
    ...[0, 1, 2, 3, 4, 5].map((groups) => `${atMost(groups)}::(${group}:){${5 - groups}}${lastTwo}`),
    `${atMost(6)}::${group}`,
    `${atMost(7)}::`,
  );
}

const HOST_LABEL = '[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?';
/** The last label of a host name has something that is no digit, or the whole would be a mistyped IPv4 address. */
const LAST_LABEL = '[0-9]*[a-zA-Z_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?';
const HOST = String.raw`(${HOST_LABEL}\.)*${LAST_LABEL}\.?`;
const PORT = String.raw`0*(6553[0-5]|655[0-2]\d|65[0-4]\d{2}|6[0-4]\d{3}|[1-5]?\d{1,4})`;

/** As `parseAddressOrHost` judges. */
export const ADDRESS_OR_HOST_PATTERN = whole(IPV4, String.raw`${IPV6}(%\S+)?`, HOST);
/** As `listenHost` judges. */
export const LISTEN_HOST_PATTERN = whole(IPV4, String.raw`${IPV6}(%\S+)?`, String.raw`\[${IPV6}(%\S+)?\]`, HOST);
/** As `word` judges. */
export const WORD_PATTERN = String.raw`^\S+$`;
/** As `network` judges, but for bits behind the prefix. */
export const CIDR_PATTERN = whole(
  String.raw`${IPV4}(/(3[0-2]|[12]?\d))?`,
  String.raw`${IPV6}(/(12[0-8]|1[01]\d|[1-9]?\d))?`,
);
/**
 * Nearly as `baseUrl` judges: user-info, a host, a port, a path. It is short, because Helm prints it with a refusal.
 */
export const BASE_URL_PATTERN = String.raw`^\s*https?://([^/?#\\]*@)?(\[[0-9a-fA-F:.]+\]|[^\s/?#@:\[\]]+)(:${PORT})?(/[^\s?#@]*)?\s*$`;
