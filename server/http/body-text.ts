import { err, ok, type Result } from '../../shared/result.ts';

/** An XML declaration comes first in a body, and is ASCII in every encoding that has no byte order mark. */
const MAX_DECLARATION_BYTES = 200;
const DECLARED_ENCODING = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/;
/**
 * The Encoding Standard reads every name of ISO-8859-1 and of ASCII as windows-1252, which differs in 27 characters from
 * the one and has 128 more than the other.
 */
const WINDOWS_1252 = new Set(['windows-1252', 'cp1252', 'x-cp1252']);
const ASCII = new Set(['us-ascii', 'ascii', 'ansi_x3.4-1968']);

/**
 * Decodes a body; an error is a sentence for the client. The encoding is chosen as on stock servers: by a byte order
 * mark, else by an XML declaration, else it is UTF-8, whatever charset the content type names. Bytes that are invalid
 * in that encoding are refused, because a replacement character would reach every caller.
 */
export function bodyText(bytes: Buffer): Result<string, string> {
  const encoding = markedEncoding(bytes) ?? declaredEncoding(bytes) ?? 'utf-8';
  try {
    const decoder = new TextDecoder(ASCII.has(encoding) ? 'utf-8' : encoding, { fatal: true });
    const isLatin1 = decoder.encoding === 'windows-1252' && !WINDOWS_1252.has(encoding);
    return ok(isLatin1 ? bytes.toString('latin1') : decoder.decode(bytes));
  } catch (error) {
    return err(
      error instanceof RangeError
        ? `the encoding "${encoding}" that the body declares is not known: send UTF-8`
        : `the body is not in ${encoding}, which it ought to be in: send UTF-8`,
    );
  }
}

function markedEncoding(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

function declaredEncoding(bytes: Buffer): string | undefined {
  return DECLARED_ENCODING.exec(bytes.toString('latin1', 0, MAX_DECLARATION_BYTES))?.[1]?.toLowerCase();
}
