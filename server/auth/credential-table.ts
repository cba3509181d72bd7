import { createHash, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { readAuthorization } from '../../shared/auth/authorization.ts';
import type { Shown } from '../../shared/auth/judge.ts';
import type { Subject } from '../../shared/auth/subject.ts';

/** Whom a request shows to be from. */
export interface Caller extends Shown {
  /** Of the credentials that it has. */
  readonly names: readonly string[];
}

/** A secret as it is compared: nothing can be learnt from how far its beginning is right. */
export interface Secret {
  readonly digest: Buffer;
  readonly caller: Caller;
}

export interface Secrets {
  /** Of `user:password`, in each spelling of it. */
  readonly passwords: readonly Secret[];
  readonly tokens: readonly Secret[];
  readonly subjects: ReadonlyMap<Subject, Caller>;
}

/** Headers that were right, of so many characters at most: one that is right may be written in several ways. */
const MAX_REMEMBERED = 5000;
const MAX_REMEMBERED_LENGTH = 400;

/**
 * The credentials of one state of the file. Only headers that were right are remembered, so that no number of wrong ones
 * takes memory; with the next state of the file they are forgotten. What is remembered is found by its hash, seeded anew
 * in each process: no guess comes nearer to it by time.
 */
export class CredentialTable {
  readonly #secrets: Secrets;
  readonly #remembered = new LRUCache<string, Caller>({ max: MAX_REMEMBERED });

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** How many credentials there are. */
  get size(): number {
    const { passwords, tokens, subjects } = this.#secrets;
    return new Set([...passwords, ...tokens].map(({ caller }) => caller)).size + subjects.size;
  }

  /** How many of them are subjects of certificates. */
  get subjects(): number {
    return this.#secrets.subjects.size;
  }

  /** How many headers are remembered. */
  get remembered(): number {
    return this.#remembered.size;
  }

  /** Whom the value of an `Authorization` header belongs to; `undefined`: nobody. */
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
    if (found !== undefined && header.length <= MAX_REMEMBERED_LENGTH) this.#remembered.set(header, found);
    return found;
  }

  ofSubject(subject: Subject): Caller | undefined {
    return this.#secrets.subjects.get(subject);
  }
}

export function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Looks at all of them, whichever it is. */
function secretOf(secrets: readonly Secret[], presented: Buffer): Caller | undefined {
  const digest = digestOf(presented);
  let found: Caller | undefined;
  for (const secret of secrets) if (timingSafeEqual(secret.digest, digest)) found = secret.caller;
  return found;
}
