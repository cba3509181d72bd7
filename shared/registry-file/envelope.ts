import { err, ok, type Result } from '../result.ts';

/**
 * The first line of a registry file, `eurek8s-registry 1 48210 9f2c…`: the version of the format, the number of bytes
 * that follow, and the checksum over the text before it and those bytes. It reveals a truncated file and a changed bit,
 * wherever it is.
 */
export interface Envelope {
  readonly bytes: number;
  /** SHA-256 in hexadecimal digits. */
  readonly checksum: string;
}

const MAGIC = 'eurek8s-registry';
/**
 * The version of the format. It grows whenever the meaning of the content changes, or when a reader of the previous
 * version would refuse the content or miss a part of it. Files of older versions must be migrated here or refused.
 */
const VERSION = 1;

const HEADER = new RegExp(`^(${MAGIC} ([1-9][0-9]{0,8}) ((?:0|[1-9][0-9]{0,14}))) ([0-9a-f]{64})\n$`);
/** No header is longer. */
export const MAX_HEADER_BYTES = 128;

/** The text that the checksum covers before the bytes themselves. */
export function checkedHead(bytes: number): string {
  return `${MAGIC} ${VERSION} ${bytes}`;
}

export function headerOf({ bytes, checksum }: Envelope): string {
  return `${checkedHead(bytes)} ${checksum}\n`;
}

/** `line`: up to and including the first line feed. The error is for people: why the file is not read. */
export function parseHeader(line: string): Result<Envelope, string> {
  const [, , version, bytes, checksum = ''] = HEADER.exec(line) ?? [];
  if (version === undefined) return err('it does not begin as a registry file does');
  if (Number(version) > VERSION) return err(`it has format ${version}, a newer one than this version reads`);
  if (Number(version) < VERSION) return err(`it has format ${version}, which this version does not read any more`);
  return ok({ bytes: Number(bytes), checksum });
}
