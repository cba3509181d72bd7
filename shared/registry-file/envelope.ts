import { err, ok, type Result } from '../result.ts';

/**
 * The first line of a registry file, `eurek8s-registry 1 48210 9f2c…`: the version of the format, how many bytes follow,
 * and the checksum over the line before it and those bytes. So a file that broke off, or of which one bit is another, is
 * noticed wherever that is.
 */
export interface Envelope {
  readonly bytes: number;
  /** SHA-256 in hexadecimal digits. */
  readonly checksum: string;
}

const MAGIC = 'eurek8s-registry';
/**
 * Of the format: grows whenever what is written changes its meaning, or a reader of the version before would refuse it or
 * miss something. Older ones are to be migrated here, or refused.
 */
const VERSION = 1;

const HEADER = new RegExp(`^(${MAGIC} ([1-9][0-9]{0,8}) ((?:0|[1-9][0-9]{0,14}))) ([0-9a-f]{64})\n$`);
/** No header is longer. */
export const MAX_HEADER_BYTES = 128;

/** What the checksum is taken over before the bytes themselves. */
export function checkedHead(bytes: number): string {
  return `${MAGIC} ${VERSION} ${bytes}`;
}

export function headerOf({ bytes, checksum }: Envelope): string {
  return `${checkedHead(bytes)} ${checksum}\n`;
}

/** `line`: up to and with the first line feed. The error says for people why the file is not read. */
export function parseHeader(line: string): Result<Envelope, string> {
  const [, , version, bytes, checksum = ''] = HEADER.exec(line) ?? [];
  if (version === undefined) return err('it does not begin as a registry file does');
  if (Number(version) > VERSION) return err(`it has format ${version}, a newer one than this version reads`);
  if (Number(version) < VERSION) return err(`it has format ${version}, which this version does not read any more`);
  return ok({ bytes: Number(bytes), checksum });
}
