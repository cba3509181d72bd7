import type { FastifyInstance } from 'fastify';
import { decodePeerBatch, encodePeerAnswers, type PeerAnswer } from '../../shared/codec/peer-batch.ts';
import { type PeerItem } from '../../shared/model/peer-item.ts';
import type { Clock } from '../ports/clock.ts';
import { limitOf, type WriterLimit } from '../ports/writer-limit.ts';
import { sendEmpty } from './reply.ts';

/** A batch has up to 250 instances of a few KiB each. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/**
 * Registers `POST peerreplication/batch` below `base`: the changes that a peer received since its last batch. Request
 * and answer are JSON, as between stock peers.
 */
export function registerPeerBatch(
  app: FastifyInstance,
  base: string,
  clock: Clock,
  apply: (items: readonly PeerItem[]) => readonly PeerAnswer[],
): void {
  app.post(`${base}/peerreplication/batch`, { bodyLimit: MAX_BATCH_BYTES }, (request, reply) => {
    const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const batch = decodePeerBatch(text, clock.now());
    if (!batch.ok) return sendEmpty(reply, 400, batch.error.reason);
    const limit = limitOf(request.raw);
    const answers = limit === undefined ? apply(batch.value) : applyWithin(limit, batch.value, apply);
    return reply.header('content-type', 'application/json').send(Buffer.from(encodePeerAnswers(answers)));
  });
}

/** What the sender may not write is answered 403 item by item, the rest is done. */
function applyWithin(
  limit: WriterLimit,
  items: readonly PeerItem[],
  apply: (items: readonly PeerItem[]) => readonly PeerAnswer[],
): readonly PeerAnswer[] {
  const answers: PeerAnswer[] = [];
  const allowed: PeerItem[] = [];
  const positions: number[] = [];
  for (const [position, item] of items.entries()) {
    if (item.kind === 'unreadable' || limit.refusal(item) === undefined) {
      allowed.push(item);
      positions.push(position);
    } else answers[position] = { status: 403 };
  }
  for (const [i, answer] of apply(allowed).entries()) answers[positions[i] ?? 0] = answer;
  return answers;
}
