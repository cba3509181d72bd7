import type { FastifyInstance } from 'fastify';
import { decodePeerBatch, encodePeerStatuses } from '../../shared/codec/peer-batch.ts';
import { emptySnapshot } from '../../shared/registry/snapshot.ts';
import { Answers } from '../encode/answers.ts';
import type { Clock } from '../hub/ports.ts';
import type { PeerFeed } from '../hub/peer-feed.ts';
import { registerReads } from './eureka-read.ts';
import { sendEmpty } from './reply.ts';

/** Where the legacy lists us as its peer: `eureka.client.service-url` of the legacy = `http://eurek8s:8761/peer/eureka/`. */
export const PEER_BASE = '/peer/eureka';
/** A batch has up to 250 instances of a few KiB each. */
const BATCH_BYTES = 8 * 1024 * 1024;

export interface PeerPorts {
  readonly feed: PeerFeed;
  readonly clock: Clock;
}

/**
 * The side of us that a legacy server sees as a peer. It pushes its changes here. Reads are answered with an empty
 * registry, always: a server that starts imports what its peers list, and would make registrations of our own entries.
 */
export function registerPeer(app: FastifyInstance, { feed, clock }: PeerPorts): void {
  const empty = emptySnapshot(1, clock.now());
  // Answers of its own, as each keeps the encodings of one registry.
  registerReads(app, PEER_BASE, {
    registry: { snapshot: () => empty, awaited: () => [] },
    answers: new Answers(),
    count: () => undefined,
  });
  app.post(`${PEER_BASE}/peerreplication/batch`, { bodyLimit: BATCH_BYTES }, (request, reply) => {
    const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const batch = decodePeerBatch(text, clock.now());
    if (!batch.ok) return sendEmpty(reply, 400, batch.error.reason);
    return reply
      .header('content-type', 'application/json')
      .send(Buffer.from(encodePeerStatuses(feed.apply(batch.value))));
  });
  // Peers pass on what they hear of Auto Scaling groups, one by one. There is nothing to do about it here.
  app.put(`${PEER_BASE}/asg/:asg/status`, (_request, reply) => sendEmpty(reply, 200));
}
