import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Registrations may hold secrets in their metadata. */
const OWNER_ONLY = 0o600;
/** Milliseconds. An unfinished file that is older belongs to a process that has ended. */
const ABANDONED_MS = 60_000;
/**
 * Error codes of a directory that cannot be flushed on its own, as on some network file systems, or must not be read.
 */
const NOT_SYNCABLE: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES']);

/** Distinguishes a file from another one that has replaced it. */
export type FileIdentity = string;

/** Returns `undefined` when there is no file. Throws when the path leads to something else. */
export async function identityOf(path: string): Promise<FileIdentity | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error('it is no regular file');
    return identity(stats);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Replaces the file atomically: at any moment, and after any crash, readers of the path find the old file or the new
 * one, and each is complete. `owner` keeps two processes from writing to the same unfinished file.
 */
export async function replaceFile(path: string, bytes: readonly Uint8Array[], owner: string): Promise<FileIdentity> {
  const unfinished = unfinishedPath(path, owner);
  try {
    const written = await writeWhole(unfinished, bytes);
    await rename(unfinished, path);
    await syncDirectory(dirname(path));
    return written;
  } catch (error) {
    // The next attempt writes it anew, so this one need not succeed.
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Checks that `replaceFile` would work, with a temporary file. Throws what `replaceFile` would throw. */
export async function tryToWrite(path: string, owner: string): Promise<void> {
  await identityOf(path);
  const unfinished = unfinishedPath(path, owner);
  try {
    await writeWhole(unfinished, [new Uint8Array(1)]);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Removes the unfinished files of processes that were killed during a write. `now` in epoch milliseconds. */
export async function removeAbandoned(path: string, now: number): Promise<void> {
  const directory = dirname(path);
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`.${basename(path)}.`) || !name.endsWith(UNFINISHED)) continue;
    const left = join(directory, name);
    // Of a link itself: it may lead nowhere.
    const { mtimeMs } = await lstat(left);
    if (now - mtimeMs > ABANDONED_MS) await rm(left, { force: true });
  }
}

const UNFINISHED = '.unfinished';

/** In the same directory, because a rename cannot cross file systems. */
function unfinishedPath(path: string, owner: string): string {
  return join(dirname(path), `.${basename(path)}.${owner}${UNFINISHED}`);
}

async function writeWhole(path: string, bytes: readonly Uint8Array[]): Promise<FileIdentity> {
  // What is there is left from an attempt of ours, or was put there: a link would lead the bytes to another file, and a
  // file keeps its owner and rights.
  await rm(path, { force: true });
  const file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, OWNER_ONLY);
  try {
    await file.writeFile(bytes);
    // Without this, the rename may survive a crash of the machine although the bytes do not.
    await file.sync();
    return identity(await file.stat());
  } finally {
    await file.close();
  }
}

/** Flushes the directory as well, because it contains the new name. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NOT_SYNCABLE.has(codeOf(error))) throw error;
  }
}

function identity({ ino, size, mtimeMs }: Stats): FileIdentity {
  return `${ino}/${size}/${mtimeMs}`;
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
