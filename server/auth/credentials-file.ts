import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { userPassSpellings } from '../../shared/auth/authorization.ts';
import {
  knownKey,
  readCredentials,
  secretProblem,
  type Credential,
  type Proof,
} from '../../shared/auth/credentials.ts';
import type { Subject } from '../../shared/auth/subject.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { printable } from '../../shared/text/printable.ts';
import { yamlProblems } from '../../shared/yaml/problems.ts';
import { UNRESOLVED_ALIAS, withinStack } from '../../shared/yaml/words.ts';
import type { Load } from '../files/followed.ts';
import type { ReadFile } from '../files/read-file.ts';
import { type Caller, CredentialTable, digestOf, type Secret } from './credential-table.ts';

/** Loads a credentials file and the files that it names. Their paths are relative to the credentials file. */
export function loadCredentials(path: string): Load<CredentialTable> {
  return async (read) => {
    const text = await read(path);
    if (!text.ok) return text;
    const parsed = parsedYaml(text.value.toString('utf8'));
    const credentials = parsed.ok ? readCredentials(parsed.value) : err([parsed.error]);
    if (!credentials.ok) return err(`${path}: ${credentials.error.join('; ')}`);
    const table = await tableOf(credentials.value, dirname(path), read);
    return table.ok ? table : err(printable(`${path}: ${table.error}`));
  };
}

/** Keeps every scalar as text: a password of digits must not become a number, nor `no` a boolean. */
function parsedYaml(text: string): Result<unknown, string> {
  // The library's warnings on standard error would quote the file, secrets included.
  const parsed = withinStack(() => parseDocument(text, { schema: 'failsafe', prettyErrors: false, logLevel: 'error' }));
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  const [problem] = yamlProblems(text, [...document.errors, ...document.warnings], knownKey);
  if (problem !== undefined) return err(`line ${problem.line}: ${problem.message}`);
  try {
    return ok(document.toJS({ maxAliasCount: 100 }));
  } catch {
    return err(UNRESOLVED_ALIAS);
  }
}

async function tableOf(
  credentials: readonly Credential[],
  directory: string,
  read: ReadFile,
): Promise<Result<CredentialTable, string>> {
  const passwords: Secret[] = [];
  const tokens: Secret[] = [];
  const subjects = new Map<Subject, Caller>();
  const seen = new Map<string, string>();
  for (const [position, { name, proof, grant }] of credentials.entries()) {
    const entry = `entry ${position + 1} (${name})`;
    const caller: Caller = { kind: 'known', names: [name], grants: [grant] };
    const digests: string[] = [];
    if (proof.kind === 'certificate') {
      subjects.set(proof.subject, caller);
      digests.push(`subject ${proof.subject}`);
    } else {
      const secret = await secretOf(proof, directory, read);
      if (!secret.ok) return err(`${entry}: ${secret.error}`);
      const isToken = proof.kind === 'token';
      for (const spelling of isToken ? [secret.value] : userPassSpellings(name, secret.value)) {
        const digest = digestOf(Buffer.from(spelling, 'latin1'));
        (isToken ? tokens : passwords).push({ digest, caller });
        digests.push(`${proof.kind} ${digest.toString('hex')}`);
      }
    }
    // The rights of equal secrets would be ambiguous. Several passwords may have one name: that is how a password is
    // changed.
    for (const digest of digests) {
      const earlier = seen.get(digest);
      if (earlier !== undefined) return err(`${entry}: has the same ${proof.kind} as ${earlier}`);
      seen.set(digest, entry);
    }
  }
  return ok(new CredentialTable({ passwords, tokens, subjects }));
}

type SecretProof = Exclude<Proof, { readonly kind: 'certificate' }>;

async function secretOf(proof: SecretProof, directory: string, read: ReadFile): Promise<Result<string, string>> {
  if ('secret' in proof) return ok(proof.secret);
  const text = await read(resolve(directory, proof.file));
  if (!text.ok) return text;
  // Most tools end such a file with a line break.
  const secret = text.value.toString('utf8').replace(/\r?\n$/, '');
  const problem = secretProblem(proof.kind, secret);
  return problem === undefined ? ok(secret) : err(`${proof.file}: ${problem}`);
}
