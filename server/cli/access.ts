import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { err, ok, type Result } from '../../shared/result.ts';
import { readProblem } from '../../shared/text/file-problem.ts';
import { basicAuthorization } from '../../shared/text/url-credentials.ts';
import { CA_VARIABLE, CERT_VARIABLE, KEY_VARIABLE, TOKEN_VARIABLE, USER_VARIABLE } from '../config/environment.ts';
import type { ReadFile } from '../files/read-file.ts';
import type { TlsMaterial } from '../ports/tls.ts';

/** How a command shows a server who it is, and by whom it believes the server. */
export interface Access {
  /** Authorization header for the server of this URL. */
  readonly authorization: (server: string) => string | undefined;
  /** By which authorities the server is believed, and the client certificate. */
  readonly tls: TlsMaterial;
}

export interface GivenAccess {
  readonly token?: string;
  readonly user?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** How the authorities are named, for people. */
export const AUTHORITIES = `--ca FILE (${CA_VARIABLE})`;

/** With nothing but what stands in the URL. */
export const URL_ACCESS: Access = {
  authorization: basicAuthorization,
  tls: { ca: undefined, cert: undefined, key: undefined },
};

export function addAccess(command: Command): Command {
  return addTlsFiles(
    command
      .addOption(new Option('--token <token>', `bearer token for the server (environment: ${TOKEN_VARIABLE})`))
      .addOption(new Option('--user <name:password>', `user and password for it (environment: ${USER_VARIABLE})`)),
    'it is',
  );
}

/** `whoIs`: those whose authorities they are. */
export function addTlsFiles(command: Command, whoIs: string): Command {
  return command
    .addOption(new Option('--ca <file>', `certificates ${whoIs} believed by, PEM (environment: ${CA_VARIABLE})`))
    .addOption(new Option('--cert <file>', `client certificate to show, PEM (environment: ${CERT_VARIABLE})`))
    .addOption(new Option('--key <file>', `key of that certificate, PEM (environment: ${KEY_VARIABLE})`));
}

/** Why a server refused; where it got no credentials, with the ways in which the command line shows them. */
export function refusalText(
  { status, reason }: { readonly status: number; readonly reason: string },
  shown: unknown,
): string {
  if (status !== 401 || shown !== undefined) return reason;
  const certificate = reason.includes('client certificate') ? ', --cert with --key' : '';
  return `${reason} (--user, --token${certificate}, ${USER_VARIABLE} or ${TOKEN_VARIABLE})`;
}

/** A flag goes before what stands in the URL, and that before the environment. */
export async function accessOf(
  given: GivenAccess,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<Access, string>> {
  const byFlag = authorizationOf(given.token, given.user, '--token and --user');
  const byEnvironment = authorizationOf(
    environment[TOKEN_VARIABLE],
    environment[USER_VARIABLE],
    `${TOKEN_VARIABLE} and ${USER_VARIABLE}`,
  );
  if (!byFlag.ok) return byFlag;
  if (!byEnvironment.ok) return byEnvironment;
  const tls = await tlsOf(given, environment);
  if (!tls.ok) return tls;
  return ok({
    authorization: (server) => byFlag.value ?? basicAuthorization(server) ?? byEnvironment.value,
    tls: tls.value,
  });
}

function authorizationOf(token = '', user = '', names: string): Result<string | undefined, string> {
  if (token !== '' && user !== '') return err(`${names} exclude each other`);
  if (token !== '')
    return /^[\x21-\x7e]+$/.test(token) ? ok(`Bearer ${token}`) : err('the token has blanks, or is not ASCII');
  if (user === '') return ok(undefined);
  if (!user.includes(':')) return err('the user needs a password: NAME:PASSWORD');
  return ok(`Basic ${Buffer.from(user, 'utf8').toString('base64')}`);
}

interface NamedFile {
  /** What names it. */
  readonly by: string;
  readonly path: string;
}

async function tlsOf(
  given: GivenAccess,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<TlsMaterial, string>> {
  const named = (flag: 'ca' | 'cert' | 'key', variable: string): NamedFile | undefined => {
    const path = given[flag] ?? environment[variable] ?? '';
    return path === '' ? undefined : { by: given[flag] === undefined ? variable : `--${flag}`, path };
  };
  const [ca, cert, key] = [named('ca', CA_VARIABLE), named('cert', CERT_VARIABLE), named('key', KEY_VARIABLE)];
  if ((cert === undefined) !== (key === undefined))
    return err(`a client certificate needs its key, and a key its certificate: ${(cert ?? key)?.by} is given alone`);
  // A server that starts has no use for it.
  const { loadTls } = await import('../tls/material.ts');
  const material = await loadTls({ ca: ca?.path, cert: cert?.path, key: key?.path })(readAny);
  if (material.ok) return material;
  const by = [ca, cert, key].find((file) => file !== undefined && material.error.startsWith(`${file.path}:`))?.by;
  return err(by === undefined ? material.error : `${by} ${material.error}`);
}

/** A pipe, too: `--ca <(command)`. */
const readAny: ReadFile = async (path) => {
  try {
    return ok(await readFile(path));
  } catch (error) {
    return err(`${path}: ${readProblem(error)}`);
  }
};
