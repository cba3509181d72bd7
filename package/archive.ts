import { gzipSync } from 'node:zlib';

/** A file of an archive. */
export interface ArchivedFile {
  /** With the folder that archives of its kind begin with. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable?: boolean;
}

const BLOCK_BYTES = 512;
/** In seconds since 1970, for all files. Some tools take 0 for unknown, and zip tools know nothing before 1980. */
const MODIFIED_AT = Date.UTC(1985, 9, 26) / 1000;
const MAX_PATH_BYTES = 100;

/** A gzipped tar (ustar) that depends on nothing but its arguments: no times, owners or order of the machine. */
export function tarGzip(files: readonly ArchivedFile[]): Buffer {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const blocks = sorted.flatMap((file) => [header(file), file.content, Buffer.alloc(-file.content.length & 511)]);
  const packed = gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]), { level: 9 });
  // The operating system (RFC 1952, 2.3.1), which zlib writes: unknown.
  packed[9] = 255;
  return packed;
}

function header({ path, content, executable = false }: ArchivedFile): Buffer {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new Error(`the path is too long for the archive: ${path}`);
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(path, 0);
  block.write(octal(executable ? 0o755 : 0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(content.length, 12), 124);
  block.write(octal(MODIFIED_AT, 12), 136);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 7)} `, 148);
  return block;
}

/** Digits and a NUL. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}
