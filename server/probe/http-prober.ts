import { request, type ClientRequest } from 'node:http';
import { BlockList, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { hostHeader, type ProbeAnswer, type ProbeTarget } from '../../shared/contribution/probe.ts';
import { describeDuration } from '../../shared/text/duration.ts';
import type { Clock } from '../ports/clock.ts';
import type { Prober } from '../ports/probe.ts';

/** Bytes that are read before the answer: its headers, and whatever is sent before them. Of a body nothing is asked for. */
const MAX_BYTES = 64 * 1024;
/** Probes under way at the same time, of all sources. */
const MAX_CONCURRENT = 16;

/**
 * Never asked, whoever names them: the metadata services of clouds answer there, and what they answer must not be shown
 * to everybody who may write an annotation. Link-local addresses, also as NAT64 spells them, and those that AWS, Google
 * and Alibaba have besides.
 */
const NEVER_ASKED = new BlockList();
NEVER_ASKED.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER_ASKED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
NEVER_ASKED.addSubnet('fe80::', 10, 'ipv6');
NEVER_ASKED.addAddress('fd00:ec2::254', 'ipv6');
NEVER_ASKED.addAddress('fd20:ce::254', 'ipv6');
NEVER_ASKED.addAddress('100.100.100.200', 'ipv4');

interface Waiting {
  readonly target: ProbeTarget;
  readonly done: (answer: ProbeAnswer) => void;
  /** Ends the request once there is one. */
  end: () => void;
}

/** One GET without a connection of before. It follows no redirect, and is over with the headers of the answer. */
export class HttpProber implements Prober {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #queue = new Set<Waiting>();
  /** How many are under way, by address. */
  readonly #asking = new Map<string, number>();
  #underWay = 0;

  /** `limitMs`: milliseconds for one probe, from the look-up of a name to the last header. */
  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  ask(target: ProbeTarget, done: (answer: ProbeAnswer) => void): () => void {
    const waiting: Waiting = { target, done, end: () => void this.#queue.delete(waiting) };
    this.#queue.add(waiting);
    this.#next();
    return () => waiting.end();
  }

  #next(): void {
    while (this.#underWay < MAX_CONCURRENT) {
      const waiting = this.#first();
      if (waiting === undefined) return;
      this.#queue.delete(waiting);
      this.#begin(waiting);
    }
  }

  /**
   * The first of those whose address has the fewest under way: hundreds behind one load balancer that is silent must not
   * keep others from being asked.
   */
  #first(): Waiting | undefined {
    let first: Waiting | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const waiting of this.#queue) {
      const asking = this.#asking.get(waiting.target.address) ?? 0;
      if (asking === 0) return waiting;
      if (asking < fewest) [first, fewest] = [waiting, asking];
    }
    return first;
  }

  #count({ target: { address } }: Waiting, by: number): void {
    this.#underWay += by;
    const asking = (this.#asking.get(address) ?? 0) + by;
    if (asking === 0) this.#asking.delete(address);
    else this.#asking.set(address, asking);
  }

  #begin(waiting: Waiting): void {
    this.#count(waiting, 1);
    let over = false;
    const finish = (answer: ProbeAnswer | undefined): void => {
      if (over) return;
      over = true;
      cancelLimit();
      asked.destroy();
      this.#count(waiting, -1);
      if (answer !== undefined) waiting.done(answer);
      this.#next();
    };
    const asked = requestOf(waiting.target);
    const silent = silentFor(this.#limitMs);
    const cancelLimit = this.#clock.after(this.#limitMs, () => finish(silent));
    waiting.end = () => finish(undefined);
    asked.on('response', ({ statusCode = 0 }) => finish({ kind: 'answered', status: statusCode }));
    // Behind the parser's own listener: what completes the answer is no excess.
    asked.on('socket', (socket) =>
      socket.on('data', () => {
        if (socket.bytesRead > MAX_BYTES) finish(ENDLESS);
      }),
    );
    asked.on('upgrade', (_response, socket) => {
      socket.destroy();
      finish({ kind: 'answered', status: 101 });
    });
    asked.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ETIMEDOUT' ? silent : failure(error.code)),
    );
    asked.end();
  }
}

function requestOf(target: ProbeTarget): ClientRequest {
  return request({
    path: target.path,
    maxHeaderSize: MAX_BYTES,
    headers: { host: hostHeader(target), 'user-agent': 'eurek8s-probe', accept: '*/*', connection: 'close' },
    createConnection: () => socketTo(target),
  });
}

function socketTo({ scheme, host, address, port }: ProbeTarget): Socket {
  const socket = connect({ host: address, port, blockList: NEVER_ASKED });
  if (scheme === 'http') return socket;
  // Nothing secret is sent, and only the status is read. Which authorities callers trust is not known here.
  return connectTls({ socket, servername: host, rejectUnauthorized: false });
}

function silentFor(limitMs: number): ProbeAnswer {
  return { kind: 'unanswered', why: 'timeout', text: `did not answer within ${describeDuration(limitMs)}` };
}

const ENDLESS: ProbeAnswer = { kind: 'unanswered', why: 'failed', text: 'sent headers without end' };

/** What went wrong, by the code of Node's error. */
const FAILURES: Readonly<Record<string, ProbeAnswer>> = {
  ECONNREFUSED: { kind: 'unanswered', why: 'refused', text: 'refused the connection' },
  ECONNRESET: { kind: 'unanswered', why: 'failed', text: 'ended the connection without an answer' },
  HPE_HEADER_OVERFLOW: ENDLESS,
  ERR_IP_BLOCKED: {
    kind: 'unanswered',
    why: 'failed',
    text: 'was not asked: metadata services of clouds have such addresses',
  },
};

function failure(code = 'unknown'): ProbeAnswer {
  return FAILURES[code] ?? { kind: 'unanswered', why: 'failed', text: `could not be asked (${code})` };
}
