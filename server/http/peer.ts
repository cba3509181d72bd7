import type { FastifyInstance } from 'fastify';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import { emptySnapshot } from '../../shared/registry/snapshot.ts';
import { Answers } from '../encode/answers.ts';
import type { Clock } from '../ports/clock.ts';
import type { PeerFeed } from '../ports/peer-feed.ts';
import { registerReads } from './eureka-read.ts';
import { registerPeerBatch } from './peer-batch.ts';
import { sendEmpty } from './reply.ts';

/**
 * Where the legacy lists us as its peer: `eureka.client.service-url` of the legacy =
 * `http://eurek8s:8761/peer/eureka/`.
 */
export const PEER_BASE = '/peer/eureka';

export interface PeerPorts {
  readonly feed: PeerFeed;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
}

/**
 * Registers what a legacy server with us as its peer asks for. It pushes its changes here. Reads are always answered
 * with an empty registry: a server that starts imports the registry of its peers, and would make registrations of our
 * entries.
 */
export function registerPeer(app: FastifyInstance, { feed, clock, newTimeSlice }: PeerPorts): void {
  const empty = emptySnapshot(1, clock.now());
  // A separate one, as each keeps the encodings of one registry.
  registerReads(app, PEER_BASE, {
    registry: { snapshot: () => empty, awaited: () => [] },
    answers: new Answers(newTimeSlice),
    clock,
    counter: () => () => undefined,
    remember: () => undefined,
    noteOf: () => () => undefined,
  });
  registerPeerBatch(app, PEER_BASE, clock, newTimeSlice, (items) => feed.apply(items).map((status) => ({ status })));
  // Peers replicate the status of Auto Scaling groups one by one. Nothing here depends on it.
  app.put(`${PEER_BASE}/asg/:asg/status`, (_request, reply) => sendEmpty(reply, 200));
}
