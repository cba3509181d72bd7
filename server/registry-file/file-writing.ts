import { constants, type Stats } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Registrations may hold secrets in their metadata. */
const OWNER_ONLY = 0o600;
/** A file that was not finished for so long belongs to a process that is gone, milliseconds. */
const ABANDONED_MS = 60_000;
/** What a directory gives that cannot be flushed by itself, as on some network file systems, or may not be read. */
const NOT_SYNCABLE: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES']);

/** Tells a file from another one that has taken its place. */
export type FileIdentity = string;

/** `undefined`: there is none. Throws when something else stands there. */
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
 * Puts a file with these bytes in the place of what is there: whoever reads the path, at any moment and after any crash,
 * finds the old one or the new one, and both whole. `owner` keeps two processes from writing into one file.
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

/** Whether `replaceFile` would work, tried with a file of its own that is gone afterwards. Throws as it does. */
export async function tryToWrite(path: string, owner: string): Promise<void> {
  await identityOf(path);
  const unfinished = unfinishedPath(path, owner);
  try {
    await writeWhole(unfinished, [new Uint8Array(1)]);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Removes what processes have left behind that were killed while they wrote. `now` in epoch milliseconds. */
export async function removeAbandoned(path: string, now: number): Promise<void> {
  const directory = dirname(path);
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`.${basename(path)}.`) || !name.endsWith(UNFINISHED)) continue;
    const left = join(directory, name);
    const { mtimeMs } = await stat(left);
    if (now - mtimeMs > ABANDONED_MS) await rm(left, { force: true });
  }
}

const UNFINISHED = '.unfinished';

/** In the same directory, as a rename does not reach into another file system. */
function unfinishedPath(path: string, owner: string): string {
  return join(dirname(path), `.${basename(path)}.${owner}${UNFINISHED}`);
}

async function writeWhole(path: string, bytes: readonly Uint8Array[]): Promise<FileIdentity> {
  const file = await open(path, constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY, OWNER_ONLY);
  try {
    await file.writeFile(bytes);
    // Or the rename may outlive a crash of the machine, and the bytes not.
    await file.sync();
    return identity(await file.stat());
  } finally {
    await file.close();
  }
}

/** The new name is in the directory, and that has to reach the disk as well. */
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
