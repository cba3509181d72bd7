import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { err, ok, type Result } from '../../shared/result.ts';
import { basicAuthorization } from '../../shared/text/url-credentials.ts';
import { CA_VARIABLE, TOKEN_VARIABLE, USER_VARIABLE } from '../config/environment.ts';
import { readProblem } from '../files/read-file.ts';

/** How a command shows a server who it is, and by whom it believes the server. */
export interface Access {
  /** Authorization header for the server of this URL. */
  readonly authorization: (server: string) => string | undefined;
  /** Certificates in PEM form; undefined: those that Node knows. */
  readonly ca: Buffer | undefined;
}

export interface GivenAccess {
  readonly token?: string;
  readonly user?: string;
  readonly ca?: string;
}

/** With nothing but what stands in the URL. */
export const URL_ACCESS: Access = { authorization: basicAuthorization, ca: undefined };

export function addAccess(command: Command): Command {
  return command
    .addOption(new Option('--token <token>', `bearer token for the server (environment: ${TOKEN_VARIABLE})`))
    .addOption(new Option('--user <name:password>', `user and password for it (environment: ${USER_VARIABLE})`))
    .addOption(new Option('--ca <file>', `certificates it is believed by, PEM (environment: ${CA_VARIABLE})`));
}

/** Why a server refused; where it got no credentials, with the ways in which the command line shows them. */
export function refusalText(
  { status, reason }: { readonly status: number; readonly reason: string },
  shown: unknown,
): string {
  if (status !== 401 || shown !== undefined) return reason;
  return `${reason} (--user, --token, ${USER_VARIABLE} or ${TOKEN_VARIABLE})`;
}

/** A flag goes before what stands in the URL, and that before the environment. */
export function accessOf(
  given: GivenAccess,
  environment: Readonly<Record<string, string | undefined>>,
): Result<Access, string> {
  const byFlag = authorizationOf(given.token, given.user, '--token and --user');
  const byEnvironment = authorizationOf(
    environment[TOKEN_VARIABLE],
    environment[USER_VARIABLE],
    `${TOKEN_VARIABLE} and ${USER_VARIABLE}`,
  );
  const ca = given.ca === undefined ? caOf(CA_VARIABLE, environment[CA_VARIABLE]) : caOf('--ca', given.ca);
  if (!byFlag.ok) return byFlag;
  if (!byEnvironment.ok) return byEnvironment;
  if (!ca.ok) return ca;
  return ok({
    authorization: (server) => byFlag.value ?? basicAuthorization(server) ?? byEnvironment.value,
    ca: ca.value,
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

function caOf(option: string, file = ''): Result<Buffer | undefined, string> {
  if (file === '') return ok(undefined);
  try {
    return ok(readFileSync(file));
  } catch (error) {
    return err(`${option} ${file}: ${readProblem(error, file)}`);
  }
}
