import { err, ok, type Result } from '../../shared/result.ts';

/** An XML declaration comes first in a body, and is ASCII in every encoding that has no byte order mark. */
const MAX_DECLARATION_BYTES = 200;
const DECLARED_ENCODING = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/;
/** The Encoding Standard maps these names to windows-1252, which differs from them in 27 characters. */
const LATIN1 = new Set(['iso-8859-1', 'iso8859-1', 'latin1', 'l1', 'us-ascii', 'ascii']);

/**
 * Decodes a body; an error is a sentence for the client. The encoding is chosen as on stock servers: by a byte order
 * mark, else by an XML declaration, else it is UTF-8, whatever charset the content type names. Bytes that are invalid
 * in that encoding are refused, because a replacement character would reach every caller.
 */
export function bodyText(bytes: Buffer): Result<string, string> {
  const encoding = markedEncoding(bytes) ?? declaredEncoding(bytes) ?? 'utf-8';
  if (LATIN1.has(encoding)) return ok(bytes.toString('latin1'));
  try {
    return ok(new TextDecoder(encoding, { fatal: true }).decode(bytes));
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
