import { buildConnector, Pool } from 'undici';
import type { CurrentTls, TlsMaterial } from '../../../ports/tls.ts';

/** Polls have connections of their own, so that a storm of writes cannot starve them. */
export type PoolName = 'polls' | 'writes';

export interface PoolSettings {
  /** Milliseconds to connect. */
  readonly headTimeout: number;
  readonly writeConnections: number;
  /** Whom servers are believed by, and our own certificate. Without it as the system does. */
  readonly tls?: CurrentTls;
}

/** Enough for polls, which run one at a time. */
const MAX_POLL_CONNECTIONS = 2;
/** Origins that redirects lead to, beside the configured one. */
const MAX_OTHER_ORIGINS = 4;

interface PoolsOfOrigin extends Readonly<Record<PoolName, Pool>> {
  /** What they connect with. */
  readonly tls: TlsMaterial | undefined;
}

/**
 * The connections to one server and to where it redirects. With other certificates they are made anew: one that was let in
 * by an old certificate would be kept for as long as it is used.
 */
export class Pools {
  readonly #settings: PoolSettings;
  readonly #origin: string;
  #own: PoolsOfOrigin;
  /** Those used last come last. */
  readonly #others = new Map<string, PoolsOfOrigin>();

  constructor(origin: string, settings: PoolSettings) {
    this.#settings = settings;
    this.#origin = origin;
    this.#own = this.#open(origin);
  }

  get(origin: string, name: PoolName): Pool {
    const pools = origin === this.#origin ? (this.#own = this.#current(origin, this.#own)) : this.#other(origin);
    return pools[name];
  }

  async close(): Promise<void> {
    await Promise.all(
      [this.#own, ...this.#others.values()].flatMap(({ polls, writes }) => [polls.destroy(), writes.destroy()]),
    );
  }

  #other(origin: string): PoolsOfOrigin {
    const pools = this.#current(origin, this.#others.get(origin));
    this.#others.delete(origin);
    this.#others.set(origin, pools);
    const [oldest] = this.#others;
    if (this.#others.size > MAX_OTHER_ORIGINS && oldest !== undefined) {
      this.#others.delete(oldest[0]);
      retire(oldest[1]);
    }
    return pools;
  }

  #current(origin: string, pools: PoolsOfOrigin | undefined): PoolsOfOrigin {
    if (pools !== undefined && pools.tls === this.#settings.tls?.()) return pools;
    if (pools !== undefined) retire(pools);
    return this.#open(origin);
  }

  #open(origin: string): PoolsOfOrigin {
    const { headTimeout, writeConnections } = this.#settings;
    const tls = this.#settings.tls?.();
    // The certificate is a credential: where a redirect leads has not been given it.
    const connect = connector(tls, origin === this.#origin, headTimeout);
    return {
      polls: pool(origin, MAX_POLL_CONNECTIONS, connect),
      writes: pool(origin, writeConnections, connect),
      tls,
    };
  }
}

/** What is under way there may end. */
function retire({ polls, writes }: PoolsOfOrigin): void {
  for (const pool of [polls, writes]) void pool.close();
}

function connector(tls: TlsMaterial | undefined, withCertificate: boolean, timeout: number): buildConnector.connector {
  const { ca, cert, key } = tls ?? {};
  return buildConnector({
    allowH2: false,
    timeout,
    ...(ca !== undefined && { ca }),
    ...(withCertificate && cert !== undefined && key !== undefined && { cert, key }),
  });
}

function pool(origin: string, connections: number, connect: buildConnector.connector): Pool {
  return new Pool(origin, { allowH2: false, pipelining: 1, connections, connect, headersTimeout: 0, bodyTimeout: 0 });
}
