import { isRawRecord, type RawRecord } from '../data/raw-data.ts';
import { appName, vipName, type AppName } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';
import { didYouMean } from '../text/closest.ts';
import { printable } from '../text/printable.ts';
import { right, RIGHTS, type Grant, type Right } from './rights.ts';
import { parseSubject, type Subject } from './subject.ts';

/** One entry of the credentials file. */
export interface Credential {
  /** The holder of the credential. With a password, it is the user name that clients send. */
  readonly name: string;
  readonly proof: Proof;
  readonly grant: Grant;
}

/** What proves the identity of the holder. */
export type Proof =
  | { readonly kind: 'password' | 'token'; readonly secret: string }
  /** The secret is the content of another file. */
  | { readonly kind: 'password' | 'token'; readonly file: string }
  | { readonly kind: 'certificate'; readonly subject: Subject };

/** The keys for the proof. Each entry has exactly one of them. */
const PROOFS = ['password', 'passwordFile', 'token', 'tokenFile', 'certificate'] as const;
const KEYS = ['name', ...PROOFS, 'rights', 'applications', 'vips'];

/** Bounds the work for a wrong header, which is compared with all credentials. */
const MAX_CREDENTIALS = 1000;
const MAX_NAME_LENGTH = 200;

/** A key as a message may name it: in `{ fleet, SECRET }` it is the secret. */
export function knownKey(key: string): string | undefined {
  return KEYS.includes(key) ? key : undefined;
}

/**
 * Reads credentials from parsed data whose scalars are all texts, so that a password of digits is not a number. The
 * error lists every problem of the data. No message contains a value, because it may be a secret in the wrong place.
 */
export function readCredentials(data: unknown): Result<readonly Credential[], readonly string[]> {
  if (!Array.isArray(data)) return err(['must be a list of credentials: - { name, password, rights }']);
  if (data.length > MAX_CREDENTIALS) return err([`has ${data.length} entries, more than ${MAX_CREDENTIALS}`]);
  const credentials: Credential[] = [];
  const problems: string[] = [];
  for (const [position, entry] of (data as readonly unknown[]).entries()) {
    const read = readEntry(entry);
    if (read.ok) credentials.push(read.value);
    else problems.push(...read.error.map((problem) => `${entryName(entry, position)}: ${problem}`));
  }
  return problems.length > 0 ? err(problems) : ok(credentials);
}

/** Why no client can send this secret; `undefined` when it is usable. */
export function secretProblem(kind: 'password' | 'token', secret: string): string | undefined {
  if (secret === '') return `the ${kind} is empty`;
  if (kind === 'token') return /^[\x21-\x7e]+$/.test(secret) ? undefined : 'the token has blanks, or is not ASCII';
  return /\p{Cc}/u.test(secret) ? 'the password has a control character' : undefined;
}

function entryName(entry: unknown, position: number): string {
  const name = isRawRecord(entry) && nameProblem(entry['name']) === undefined ? ` (${String(entry['name'])})` : '';
  return `entry ${position + 1}${name}`;
}

function readEntry(entry: unknown): Result<Credential, readonly string[]> {
  if (!isRawRecord(entry)) return err(['must be a map: { name, password, rights }']);
  const problems: string[] = [];
  const valueOf = <T>(result: Result<T, string>): T | undefined => {
    if (result.ok) return result.value;
    problems.push(result.error);
    return undefined;
  };
  for (const key of Object.keys(entry))
    // The message omits the key as well: in `{ fleet, SECRET }` it is the secret.
    if (!KEYS.includes(key)) problems.push(`has an unknown key${didYouMean(key, KEYS)}`);
  const nameIsBad = nameProblem(entry['name']);
  if (nameIsBad !== undefined) problems.push(nameIsBad);
  const proof = valueOf(readProof(entry));
  const rights = valueOf(readRights(entry['rights']));
  const applications = valueOf(readApplications(entry['applications'], rights));
  const vips = valueOf(readVips(entry['vips'], entry['applications']));
  const name = String(entry['name']);
  if (proof?.kind === 'password' && name.includes(':'))
    problems.push('name has a colon, which ends the user in what clients send');
  if (problems.length > 0 || proof === undefined || rights === undefined || vips === undefined) return err(problems);
  return ok({ name, proof, grant: { rights, applications, vips } });
}

function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return 'name is missing';
  if (name.length > MAX_NAME_LENGTH) return `name is longer than ${MAX_NAME_LENGTH} characters`;
  return printable(name) === name ? undefined : 'name has a character that cannot be printed';
}

function readProof(entry: RawRecord): Result<Proof, string> {
  const given = PROOFS.filter((key) => entry[key] !== undefined);
  const [key] = given;
  if (key === undefined || given.length > 1)
    return err(`needs exactly one of ${PROOFS.join(', ')}${given.length > 1 ? `, not ${given.join(' and ')}` : ''}`);
  const value = entry[key];
  if (typeof value !== 'string') return err(`${key} must be a text`);
  switch (key) {
    case 'password':
    case 'token': {
      const problem = secretProblem(key, value);
      return problem === undefined ? ok({ kind: key, secret: value }) : err(problem);
    }
    case 'passwordFile':
    case 'tokenFile':
      if (value === '') return err(`${key} is empty`);
      return ok({ kind: key === 'passwordFile' ? 'password' : 'token', file: value });
    case 'certificate': {
      const subject = parseSubject(value);
      return subject.ok ? ok({ kind: 'certificate', subject: subject.value }) : err(`certificate ${subject.error}`);
    }
  }
}

function readRights(value: unknown): Result<ReadonlySet<Right>, string> {
  if (!Array.isArray(value) || value.length === 0) return err(`rights must be a list of ${RIGHTS.join(', ')}`);
  const rights = new Set<Right>();
  for (const each of value as readonly unknown[]) {
    const found = right(String(each));
    if (!found.ok) return err(`rights has one that is none of ${RIGHTS.join(', ')}${didYouMean(String(each), RIGHTS)}`);
    rights.add(found.value);
  }
  return ok(rights);
}

function readApplications(
  value: unknown,
  rights: ReadonlySet<Right> | undefined,
): Result<ReadonlySet<AppName> | undefined, string> {
  if (value === undefined) return ok(undefined);
  if (!Array.isArray(value) || value.length === 0)
    return err('applications must be a list of names; without it all of them are meant');
  if (rights?.has('register') === false) return err('applications needs the right register: it limits that one alone');
  const names = value as readonly unknown[];
  if (!names.every((name): name is string => typeof name === 'string' && name.trim() !== ''))
    return err('applications has one without a name');
  return ok(new Set(names.map((name) => appName(name.trim()))));
}

function readVips(value: unknown, applications: unknown): Result<ReadonlySet<string>, string> {
  if (value === undefined) return ok(new Set());
  if (applications === undefined) return err('vips needs applications: without it every vip is allowed');
  if (!Array.isArray(value) || value.length === 0) return err("vips must be a list of vip addresses, or ['*']");
  const vips = value as readonly unknown[];
  if (!vips.every((vip): vip is string => typeof vip === 'string' && vip.trim() !== '' && !vip.includes(',')))
    return err('vips has one that is empty or has a comma');
  return ok(new Set(vips.map(vipName)));
}
