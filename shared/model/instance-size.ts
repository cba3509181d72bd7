import type { InstanceRecord } from './instance.ts';

/**
 * Bytes that an instance may have: as many as the body of a registration. Without this bound an instance could grow part
 * by part.
 */
export const MAX_INSTANCE_BYTES = 512 * 1024;

/** In JSON an entry of a map has four quotes, a colon and a comma. */
const ENTRY_BYTES = 6;

/** The bytes of its texts in JSON. What every instance has is left out. */
export function instanceBytes({ dataCenterInfo, metadata, ...others }: InstanceRecord): number {
  let bytes = mapBytes(metadata);
  if (dataCenterInfo.name === 'Amazon') bytes += mapBytes(dataCenterInfo.metadata);
  for (const value of Object.values(others)) if (typeof value === 'string') bytes += textBytes(value);
  return bytes;
}

/** The instance with more metadata. */
export function withMetadata(instance: InstanceRecord, entries: ReadonlyMap<string, string>): InstanceRecord {
  return { ...instance, metadata: new Map([...instance.metadata, ...entries]) };
}

function mapBytes(map: ReadonlyMap<string, string>): number {
  let bytes = 0;
  for (const [key, value] of map) bytes += ENTRY_BYTES + textBytes(key) + textBytes(value);
  return bytes;
}

/** In UTF-8. Two surrogates are one character of four bytes. */
function textBytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}
