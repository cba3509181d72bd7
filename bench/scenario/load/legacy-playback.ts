import { createServer, type ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';
import {
  documentFrameJson,
  encodeApplicationJson,
  encodeInstanceDocumentJson,
} from '../../../shared/codec/json-encode.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import type { AppName } from '../../../shared/model/names.ts';
import { countStatuses, hashCode } from '../../../shared/registry/hashcode.ts';
import type { RegistrySize } from '../../section.ts';
import { LegacyChanges } from './legacy-changes.ts';
import { listingOf } from './legacy-listing.ts';

export interface PlaybackInput {
  readonly size: RegistrySize;
  readonly port: number;
  readonly begin: 'open' | 'closed';
}

/**
 * A legacy that answers from prepared bytes, as a stock server with that registry would: the full list as prepared, the
 * delta of the changes since. Filling a real one with 100,000 instances takes minutes, and its pauses would be taken for
 * ours. Told what to do by `POST /playback/…`.
 */
async function main({ size, port, begin }: PlaybackInput): Promise<void> {
  const listing = listingOf(size, Date.now());
  const hash = hashCode(countStatuses([...listing.values()].flat()));
  const full = await fullGzip(listing, hash);
  const changes = new LegacyChanges(listing, hash);
  let open = begin === 'open';
  let timer: NodeJS.Timeout | undefined;

  const control = (what: string | undefined, rate: number): void => {
    if (what === 'open') open = true;
    if (what === 'change') changes.make();
    if (what !== 'rate') return;
    clearInterval(timer);
    if (rate > 0) timer = setInterval(() => changes.make(), 1000 / rate);
  };
  const server = createServer((request, response) => {
    request.resume();
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, first, second, app = '', id = ''] = pathname.split('/').map(decodeURIComponent);
    if (first === 'playback') {
      control(second, Number(searchParams.get('perSecond') ?? 0));
      response.end();
    } else if (request.method !== 'GET') response.end();
    else if (!open) response.writeHead(503).end();
    else if (app === '') sendGzip(response, full);
    else if (app === 'delta') sendGzip(response, changes.deltaGzip());
    else
      sendInstance(
        response,
        listing.get(app as AppName)?.find((record) => record.id === id),
      );
  });
  server.keepAliveTimeout = 120_000;
  server.listen(port, '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));
}

function sendGzip(response: ServerResponse, bytes: Buffer): void {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': bytes.length };
  response.writeHead(200, headers).end(bytes);
}

function sendInstance(response: ServerResponse, record: InstanceRecord | undefined): void {
  if (record === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'application/json' }).end(encodeInstanceDocumentJson(record));
}

/** Compressed as it is written: as one text it would be 100 MB. */
async function fullGzip(listing: ReadonlyMap<AppName, readonly InstanceRecord[]>, hash: string): Promise<Buffer> {
  const { head, separator, tail } = documentFrameJson('full', '1', hash);
  const gzip = createGzip();
  const chunks: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise<void>((resolve, reject) => gzip.once('end', resolve).once('error', reject));
  gzip.write(head);
  let first = true;
  for (const [app, instances] of listing) {
    const text = encodeApplicationJson(app, instances, 'full');
    if (!gzip.write(first ? text : separator + text)) await new Promise((resolve) => gzip.once('drain', resolve));
    first = false;
  }
  gzip.end(tail);
  await done;
  return Buffer.concat(chunks);
}

await main(JSON.parse(process.argv[2] ?? '{}') as PlaybackInput);
