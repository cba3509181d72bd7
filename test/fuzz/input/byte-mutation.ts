import type { Random } from '../engine/random.ts';
import { mutatedText } from './text-mutation.ts';

// Bytes are texts here in which each character is one byte.

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

export function textOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A text as its bytes in UTF-8. */
export function utf8Bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function mutatedBytes(bytes: string, random: Random, words: readonly string[] = []): string {
  return textOfBytes(bytesOf(mutatedText(bytes, random, words.map(utf8Bytes))));
}
