import { constants, open, stat } from 'node:fs/promises';
import { err, ok, type Result } from '../../shared/result.ts';

/** What tells one state of a file from the next; `directory` is passed over. */
export type FileState = { readonly kind: 'file'; readonly version: string } | { readonly kind: 'directory' };

/** What a path leads to, links followed. The error is what is wrong with it. */
export async function stateOf(path: string): Promise<Result<FileState, string>> {
  const stats = await stat(path);
  if (stats.isDirectory()) return ok({ kind: 'directory' });
  if (!stats.isFile()) return err(NOT_REGULAR);
  return ok({ kind: 'file', version: `${stats.mtimeMs}/${stats.ctimeMs}/${stats.size}/${stats.ino}` });
}

/**
 * The content of a regular file, up to a size. It is looked at again once it is open, as it may have been replaced: a FIFO
 * waits for a writer, a device may never end, and `/proc` has files whose size is said to be 0.
 */
export async function readRegular(path: string, maxBytes: number): Promise<Result<Uint8Array<ArrayBuffer>, string>> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return err(NOT_REGULAR);
    const tooLarge = err(`larger than ${maxBytes} bytes`);
    if (stats.size > maxBytes) return tooLarge;
    // One byte more than there should be, to see whether that is all.
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
