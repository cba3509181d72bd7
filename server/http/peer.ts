import type { FastifyInstance } from 'fastify';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import { emptySnapshot } from '../../shared/registry/snapshot.ts';
import { Answers } from '../encode/answers.ts';
import type { Clock } from '../ports/clock.ts';
import type { PeerFeed } from '../ports/peer-feed.ts';
import { registerReads } from './eureka-read.ts';
import { registerPeerBatch } from './peer-batch.ts';
import { sendEmpty } from './reply.ts';

/** Where the legacy lists us as its peer: `eureka.client.service-url` of the legacy = `http://eurek8s:8761/peer/eureka/`. */
export const PEER_BASE = '/peer/eureka';

export interface PeerPorts {
  readonly feed: PeerFeed;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
}

/**
 * The side of us that a legacy server sees as a peer. It pushes its changes here. Reads are answered with an empty
 * registry, always: a server that starts imports what its peers list, and would make registrations of our own entries.
 */
export function registerPeer(app: FastifyInstance, { feed, clock, newTimeSlice }: PeerPorts): void {
  const empty = emptySnapshot(1, clock.now());
  // Answers of its own, as each keeps the encodings of one registry.
  registerReads(app, PEER_BASE, {
    registry: { snapshot: () => empty, awaited: () => [] },
    answers: new Answers(newTimeSlice),
    counter: () => () => undefined,
    remember: () => undefined,
  });
  registerPeerBatch(app, PEER_BASE, clock, (items) => feed.apply(items).map((status) => ({ status })));
  // Peers pass on what they hear of Auto Scaling groups, one by one. There is nothing to do about it here.
  app.put(`${PEER_BASE}/asg/:asg/status`, (_request, reply) => sendEmpty(reply, 200));
}
