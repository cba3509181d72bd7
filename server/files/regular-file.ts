import { constants, open, stat } from 'node:fs/promises';
import { err, ok, type Result } from '../../shared/result.ts';

/**
 * The state of a path. `version` differs between two states of a file. A `directory` is skipped by those who read
 * files.
 */
export type FileState = { readonly kind: 'file'; readonly version: string } | { readonly kind: 'directory' };

/** The state of what a path leads to, with links followed. The error is for people. */
export async function stateOf(path: string): Promise<Result<FileState, string>> {
  const stats = await stat(path);
  if (stats.isDirectory()) return ok({ kind: 'directory' });
  if (!stats.isFile()) return err(NOT_REGULAR);
  return ok({ kind: 'file', version: `${stats.mtimeMs}/${stats.ctimeMs}/${stats.size}/${stats.ino}` });
}

/**
 * Reads a regular file of at most `maxBytes`. Its kind is checked again once it is open, because it may have been
 * replaced: a FIFO waits for a writer, and a device may never end. The reported size is only a hint, because files in
 * `/proc` report 0.
 */
export async function readRegular(path: string, maxBytes: number): Promise<Result<Uint8Array<ArrayBuffer>, string>> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return err(NOT_REGULAR);
    const tooLarge = err(`larger than ${maxBytes} bytes`);
    if (stats.size > maxBytes) return tooLarge;
    // One byte more than the reported size, to detect the end.
    let bytes = new Uint8Array(stats.size + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      length += bytesRead;
      if (length > maxBytes) return tooLarge;
      if (bytesRead === 0) return ok(bytes.subarray(0, length));
      if (length === bytes.length) bytes = grown(bytes, Math.min(2 * length, maxBytes + 1));
    }
  } finally {
    await file.close();
  }
}

const NOT_REGULAR = 'no regular file: a FIFO, socket or device is not read';

function grown(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}
