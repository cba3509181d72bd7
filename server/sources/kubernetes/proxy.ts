import { networkAround, networkOf, type Network } from '../../../shared/address/network.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const SCHEMES = ['http:', 'https:', 'socks5:', 'socks5h:'];
/** Never reached through a proxy that the environment names, as with Go's HTTP client and so with kubectl. */
const LOOPBACK = networks(['127.0.0.0/8', '::1', '::ffff:127.0.0.0/104']);

/**
 * The proxy that the environment names for an API server; `undefined` for none. The rules are those of Go's HTTP
 * client, which kubectl uses: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, `NO_PROXY` for exceptions, each also in
 * lower case. The upper-case variable takes precedence. The error names the variable and never contains the URL.
 */
export function proxyFor(server: URL, environment: Environment): Result<string | undefined, string> {
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const given = variable(environment, name);
  if (given === '' || !usesProxy(server, variable(environment, 'NO_PROXY'))) return ok(undefined);
  const checked = checkProxy(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`);
  return checked.ok ? checked : err(`${name} ${checked.error}`);
}

/**
 * The URL of a proxy, in a form that the client supports. The error never contains the URL, which may contain a
 * password.
 */
export function checkProxy(text: string): Result<string, string> {
  if (!URL.canParse(text)) return err('is not the URL of a proxy');
  const url = new URL(text);
  if (!SCHEMES.includes(url.protocol)) {
    return err(`has the scheme ${url.protocol.slice(0, -1)}; supported are http, https, socks5 and socks5h`);
  }
  // The cluster client would ignore them silently.
  if (url.protocol.startsWith('socks') && url.username !== '') {
    return err('has a user, which is not supported with SOCKS');
  }
  return ok(text);
}

function variable(environment: Environment, name: string): string {
  return (environment[name] || environment[name.toLowerCase()]) ?? '';
}

/**
 * The entries of `NO_PROXY`: `*`, addresses, networks, and domains with or without a leading dot or `*.`. An entry with
 * a port is valid for that port only.
 */
function usesProxy(server: URL, exceptions: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = server.port === '' ? (server.protocol === 'https:' ? '443' : '80') : server.port;
  if (host === 'localhost' || networkOf(host, LOOPBACK) !== undefined) return false;
  const entries = exceptions.split(',').map((entry) => entry.trim().toLowerCase());
  return !entries.some((entry) => entry !== '' && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return networkOf(host, networks([entry])) !== undefined;
  const { name, port: only } = splitPort(entry);
  if (only !== undefined && only !== port) return false;
  const [network] = networks([name]);
  if (network !== undefined) return networkOf(host, [network]) !== undefined;
  // `example.com` matches itself and its subdomains; `.example.com` and `*.example.com` match only subdomains.
  const domain = name.replace(/^\*(?=\.)/, '');
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/** `fd00::1` has colons but no port; `[fd00::1]:6443` has a port. */
function splitPort(entry: string): { readonly name: string; readonly port: string | undefined } {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry);
  return match === null ? { name: entry, port: undefined } : { name: match[1] ?? match[2] ?? '', port: match[3] };
}

/** Bits after the prefix are ignored, as in Go. */
function networks(texts: readonly string[]): readonly Network[] {
  return texts.flatMap((text) => {
    const parsed = networkAround(text);
    return parsed.ok ? [parsed.value] : [];
  });
}
