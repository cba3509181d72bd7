import { isMainThread, parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { StrippedObject } from '../../../shared/ingress/stripped.ts';
import type { ManifestError } from './manifest-document.ts';
import { parseManifest } from './manifest-file.ts';
import { decodeText } from './manifest-text.ts';

/** Marks a thread as a reader of manifests, because in the bundle every thread begins with the same file. */
export const MANIFEST_THREAD = 'eurek8s manifests';

/** To the thread: a file to read, or a request for more of its content. */
export type ThreadOrder =
  { readonly kind: 'read'; readonly fileName: string; readonly bytes: Uint8Array } | { readonly kind: 'more' };

/** From the thread: one answer for each order. */
export type ThreadAnswer =
  | { readonly kind: 'objects'; readonly objects: readonly StrippedObject[] }
  | { readonly kind: 'end'; readonly ignored: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'broken'; readonly error: ManifestError };

/** Bytes of JSON in one message: receiving that much takes the event loop of the server a millisecond. */
const BATCH_BYTES = 32 * 1024;

if (!isMainThread && workerData === MANIFEST_THREAD && parentPort !== null) serve(parentPort);

/**
 * Reads manifests in a thread of its own. Neither the YAML library nor `JSON.parse` can work in steps: each composes a
 * document as a whole, and a file of 8 MB takes seconds. The content is passed on in parts, each on a request of the
 * server, because a message is received within one turn of its event loop.
 */
function serve(port: MessagePort): void {
  let rest: Iterator<ThreadAnswer> = [][Symbol.iterator]();
  port.on('message', (order: ThreadOrder) => {
    if (order.kind === 'read') rest = answers(order.fileName, order.bytes);
    const next = rest.next();
    if (next.done !== true) port.postMessage(next.value);
  });
}

function* answers(fileName: string, bytes: Uint8Array): Generator<ThreadAnswer, void, void> {
  const text = decodeText(bytes);
  if (!text.ok) return yield { kind: 'broken', error: text.error };
  if (text.value.trim() === '') return yield { kind: 'empty' };
  const parsed = parseManifest(fileName, text.value);
  if (!parsed.ok) return yield { kind: 'broken', error: parsed.error };
  let objects: StrippedObject[] = [];
  let size = 0;
  for (const object of parsed.value.objects) {
    objects.push(object);
    size += JSON.stringify(object).length;
    if (size < BATCH_BYTES) continue;
    yield { kind: 'objects', objects };
    objects = [];
    size = 0;
  }
  yield { kind: 'objects', objects };
  yield { kind: 'end', ignored: parsed.value.ignored };
}
