import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { StoredRegistry } from '../../shared/registry-file/contents.ts';
import { checkedHead, MAX_HEADER_BYTES, parseHeader } from '../../shared/registry-file/envelope.ts';
import { LineReading } from '../../shared/registry-file/lines.ts';
import { ShapeError } from '../../shared/data/shape.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { printable } from '../../shared/text/printable.ts';
import { runInSlices, type NewTimeSlice, type Steps, type TimeSlice } from '../../shared/time-slice.ts';
import { readRegular } from '../files/regular-file.ts';
import { failureText } from './failure.ts';
import { codeOf } from './file-writing.ts';

/** Bytes of a file: 100,000 instances take about 15 MB. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Bytes of its unpacked text, of which a few lines at a time are in memory. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024 * 1024;
/** Bytes that are unpacked at a time. */
const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** Returns `undefined` when there is no file. The error is for people: why the file is not used. */
export async function readRegistryFile(
  path: string,
  newTimeSlice: NewTimeSlice,
  maxBytes = MAX_BYTES,
): Promise<Result<StoredRegistry | undefined, string>> {
  try {
    const file = await readRegular(path, maxBytes);
    if (!file.ok) return file;
    const body = bodyOf(file.value);
    return body.ok ? ok(await decode(body.value, newTimeSlice())) : body;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ok(undefined);
    // The checksum is correct, so the file is undamaged. A version of ours wrote it that should have had another format
    // version.
    if (error instanceof ShapeError) return err(`it is not what this version writes: ${printable(error.message)}`);
    // A parser quotes what it could not read.
    return err(printable(failureText(error)));
  }
}

/** The bytes after the header, when their number and checksum are correct. */
function bodyOf(file: Uint8Array): Result<Uint8Array, string> {
  const end = file.subarray(0, MAX_HEADER_BYTES).indexOf(LINE_FEED) + 1;
  const header = parseHeader(Buffer.from(file.buffer, file.byteOffset, end).toString('latin1'));
  if (!header.ok) return header;
  const body = file.subarray(end);
  const { bytes, checksum } = header.value;
  if (body.length !== bytes) return err(`it has ${body.length} bytes where it should have ${bytes}`);
  return checksumOf([body], bytes) === checksum ? ok(body) : err('its checksum is wrong: the file is damaged');
}

export function checksumOf(bytes: Iterable<Uint8Array>, length: number): string {
  const hash = createHash('sha256').update(checkedHead(length));
  for (const part of bytes) hash.update(part);
  return hash.digest('hex');
}

async function decode(body: Uint8Array, slice: TimeSlice): Promise<StoredRegistry> {
  const reading = new LineReading();
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  unpacked.end(body);
  const decoder = new TextDecoder();
  let length = 0;
  let begun: string[] = [];
  for await (const chunk of unpacked as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_TEXT_BYTES) throw new Error(`its text is longer than ${MAX_TEXT_BYTES} bytes`);
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    begun.push(first);
    const last = others.pop();
    if (last === undefined) continue;
    const lines = [begun.join(''), ...others];
    begun = [last];
    await runInSlices(takeAll(reading, lines), slice);
  }
  if (begun.join('') !== '') throw new Error('its last line breaks off');
  return reading.result();
}

function* takeAll(reading: LineReading, lines: readonly string[]): Steps<void> {
  for (const line of lines) {
    yield* reading.take(line);
    yield;
  }
}
