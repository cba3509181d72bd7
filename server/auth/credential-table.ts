import { createHash, timingSafeEqual } from 'node:crypto';
import { readAuthorization } from '../../shared/auth/authorization.ts';
import type { Shown } from '../../shared/auth/judge.ts';
import type { Subject } from '../../shared/auth/subject.ts';

/** The sender of a request, as its credentials prove it. */
export interface Caller extends Shown {
  /** The names of the credentials of the request that match. */
  readonly names: readonly string[];
}

/**
 * A secret in the form in which it is compared. With a digest, the time of a comparison does not reveal how much of a
 * guess is correct.
 */
export interface Secret {
  readonly digest: Buffer;
  readonly caller: Caller;
}

export interface Secrets {
  /** Digests of `user:password`, in all its spellings. */
  readonly passwords: readonly Secret[];
  readonly tokens: readonly Secret[];
  readonly subjects: ReadonlyMap<Subject, Caller>;
}

/**
 * Bounds the number of remembered headers and the length of each: one correct header can be written in several ways.
 */
const MAX_REMEMBERED = 5000;
const MAX_REMEMBERED_LENGTH = 400;

/**
 * The credentials of one state of the file. Only correct headers are remembered, so that wrong ones take no memory,
 * however many there are. The next state of the file has a table of its own, with nothing remembered. Remembered
 * headers are found by a hash that is seeded anew in each process, so that the time of a look-up does not help a guess.
 */
export class CredentialTable {
  readonly #secrets: Secrets;
  readonly #remembered = new Map<string, Caller>();

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** The number of credentials. */
  get size(): number {
    const { passwords, tokens, subjects } = this.#secrets;
    return new Set([...passwords, ...tokens].map(({ caller }) => caller)).size + subjects.size;
  }

  /** The number of credentials that are subjects of certificates. */
  get subjects(): number {
    return this.#secrets.subjects.size;
  }

  /** The number of remembered headers. */
  get remembered(): number {
    return this.#remembered.size;
  }

  /** The caller that this `Authorization` header belongs to; `undefined` when no credential matches. */
  ofHeader(header: string): Caller | undefined {
    const known = this.#remembered.get(header);
    if (known !== undefined) return known;
    const presented = readAuthorization(header);
    if (presented === undefined) return undefined;
    const { passwords, tokens } = this.#secrets;
    const found =
      presented.kind === 'basic'
        ? secretOf(passwords, Buffer.from(presented.userPass, 'latin1'))
        : secretOf(tokens, Buffer.from(presented.token, 'latin1'));
    if (found !== undefined && header.length <= MAX_REMEMBERED_LENGTH) this.#remember(header, found);
    return found;
  }

  /** The oldest goes. Not the one used last: to keep account of each use would cost more than the look-up itself. */
  #remember(header: string, caller: Caller): void {
    const [oldest] = this.#remembered.size < MAX_REMEMBERED ? [] : this.#remembered.keys();
    if (oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(header, caller);
  }

  ofSubject(subject: Subject): Caller | undefined {
    return this.#secrets.subjects.get(subject);
  }
}

export function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Compares with all secrets, so that the time does not depend on which one matches. */
function secretOf(secrets: readonly Secret[], presented: Buffer): Caller | undefined {
  const digest = digestOf(presented);
  let found: Caller | undefined;
  for (const secret of secrets) if (timingSafeEqual(secret.digest, digest)) found = secret.caller;
  return found;
}
