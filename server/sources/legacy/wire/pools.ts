import type * as undiciModule from 'undici';
import type { buildConnector, Pool } from 'undici';
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

/** Enough for polls, which run one at a time, and for one more list that is asked for beside them. */
const MAX_POLL_CONNECTIONS = 2;
/** Origins that redirects lead to, beside the configured one. */
const MAX_OTHER_ORIGINS = 4;

/** Loaded with the first exchange: it takes a tenth of a start, and restored answers need none of it. */
type Undici = typeof undiciModule;

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
  #undici: Undici | undefined;
  #own: PoolsOfOrigin | undefined;
  /** Those used last come last. */
  readonly #others = new Map<string, PoolsOfOrigin>();

  constructor(origin: string, settings: PoolSettings) {
    this.#settings = settings;
    this.#origin = origin;
  }

  async get(origin: string, name: PoolName): Promise<Pool> {
    const undici = (this.#undici ??= await import('undici'));
    const pools =
      origin === this.#origin ? (this.#own = this.#current(undici, origin, this.#own)) : this.#other(undici, origin);
    return pools[name];
  }

  async close(): Promise<void> {
    const all = this.#own === undefined ? this.#others.values() : [this.#own, ...this.#others.values()];
    await Promise.all(Array.from(all, ({ polls, writes }) => Promise.all([polls.destroy(), writes.destroy()])));
  }

  #other(undici: Undici, origin: string): PoolsOfOrigin {
    const pools = this.#current(undici, origin, this.#others.get(origin));
    this.#others.delete(origin);
    this.#others.set(origin, pools);
    const [oldest] = this.#others;
    if (this.#others.size > MAX_OTHER_ORIGINS && oldest !== undefined) {
      this.#others.delete(oldest[0]);
      retire(oldest[1]);
    }
    return pools;
  }

  #current(undici: Undici, origin: string, pools: PoolsOfOrigin | undefined): PoolsOfOrigin {
    if (pools !== undefined && pools.tls === this.#settings.tls?.()) return pools;
    if (pools !== undefined) retire(pools);
    return this.#open(undici, origin);
  }

  #open(undici: Undici, origin: string): PoolsOfOrigin {
    const { headTimeout, writeConnections } = this.#settings;
    const tls = this.#settings.tls?.();
    // The certificate is a credential: where a redirect leads has not been given it.
    const connect = undici.buildConnector(connection(tls, origin === this.#origin, headTimeout));
    const pool = (connections: number): Pool =>
      new undici.Pool(origin, {
        allowH2: false,
        pipelining: 1,
        connections,
        connect,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
    return { polls: pool(MAX_POLL_CONNECTIONS), writes: pool(writeConnections), tls };
  }
}

/** What is under way there may end. */
function retire({ polls, writes }: PoolsOfOrigin): void {
  for (const pool of [polls, writes]) void pool.close();
}

function connection(
  tls: TlsMaterial | undefined,
  withCertificate: boolean,
  timeout: number,
): buildConnector.BuildOptions {
  const { ca, cert, key } = tls ?? {};
  return {
    allowH2: false,
    timeout,
    ...(ca !== undefined && { ca }),
    ...(withCertificate && cert !== undefined && key !== undefined && { cert, key }),
  };
}
