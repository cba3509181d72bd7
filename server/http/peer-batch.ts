import type { FastifyInstance } from 'fastify';
import { decodePeerBatch, encodePeerAnswers, type PeerAnswer } from '../../shared/codec/peer-batch.ts';
import { type PeerItem } from '../../shared/model/peer-item.ts';
import type { Clock } from '../ports/clock.ts';
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
    return reply.header('content-type', 'application/json').send(Buffer.from(encodePeerAnswers(apply(batch.value))));
  });
}
