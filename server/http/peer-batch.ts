import type { FastifyInstance, FastifyReply } from 'fastify';
import { decodePeerBatch, encodePeerAnswers, type PeerAnswer } from '../../shared/codec/peer-batch.ts';
import type { DecodeError } from '../../shared/codec/decode-error.ts';
import { type PeerItem } from '../../shared/model/peer-item.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { NewTimeSlice, Steps } from '../../shared/time-slice.ts';
import { JobQueue } from '../encode/job-queue.ts';
import type { Clock } from '../ports/clock.ts';
import { limitOf, type WriterLimit } from '../ports/writer-limit.ts';
import { sendEmpty } from './reply.ts';

/** A batch has up to 250 instances of a few KiB each. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
/** A batch of a stock server is applied in one go. Others fit 20,000 items into one, which stalled everyone for seconds. */
const ITEMS_AT_ONCE = 250;

type Apply = (items: readonly PeerItem[]) => readonly PeerAnswer[];

/**
 * Registers `POST peerreplication/batch` below `base`: the changes that a peer received since its last batch. Request
 * and answer are JSON, as between stock peers.
 */
export function registerPeerBatch(
  app: FastifyInstance,
  base: string,
  clock: Clock,
  newTimeSlice: NewTimeSlice,
  apply: Apply,
): void {
  const jobs = new JobQueue(newTimeSlice);
  app.post(`${base}/peerreplication/batch`, { bodyLimit: MAX_BATCH_BYTES }, (request, reply) => {
    const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const limit = limitOf(request.raw);
    const within: Apply = limit === undefined ? apply : (items) => applyWithin(limit, items, apply);
    const answer = (done: Result<string, DecodeError>): FastifyReply =>
      done.ok
        ? reply.header('content-type', 'application/json').send(Buffer.from(done.value))
        : sendEmpty(reply, 400, done.error.reason);
    const done = jobs.run(applied(text, clock.now(), within));
    return done instanceof Promise ? done.then(answer) : answer(done);
  });
}

/** The answers to a batch, in the order of its items. All of it is read before any of it is applied. */
function* applied(text: string, now: number, apply: Apply): Steps<Result<string, DecodeError>> {
  const batch = yield* decodePeerBatch(text, now);
  if (!batch.ok) return batch;
  const answers: PeerAnswer[] = [];
  for (let start = 0; start < batch.value.length; start += ITEMS_AT_ONCE) {
    answers.push(...apply(batch.value.slice(start, start + ITEMS_AT_ONCE)));
    yield;
  }
  return ok(yield* encodePeerAnswers(answers));
}

/** What the sender may not write is answered 403 item by item, the rest is done. */
function applyWithin(limit: WriterLimit, items: readonly PeerItem[], apply: Apply): readonly PeerAnswer[] {
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
