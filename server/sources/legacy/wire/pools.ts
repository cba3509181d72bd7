import { Pool } from 'undici';

/** Polls have connections of their own, so that a storm of writes cannot starve them. */
export type PoolName = 'polls' | 'writes';

export interface PoolSettings {
  /** Milliseconds to connect. */
  readonly headTimeout: number;
  readonly writeConnections: number;
}

/** Enough for polls, which run one at a time. */
const MAX_POLL_CONNECTIONS = 2;
/** Origins that redirects lead to, beside the configured one. */
const MAX_OTHER_ORIGINS = 4;

type PoolsOfOrigin = Readonly<Record<PoolName, Pool>>;

/** The connections to one server and to where it redirects. */
export class Pools {
  readonly #settings: PoolSettings;
  readonly #origin: string;
  readonly #own: PoolsOfOrigin;
  /** Those used last come last. */
  readonly #others = new Map<string, PoolsOfOrigin>();

  constructor(origin: string, settings: PoolSettings) {
    this.#settings = settings;
    this.#origin = origin;
    this.#own = this.#open(origin);
  }

  get(origin: string, name: PoolName): Pool {
    return (origin === this.#origin ? this.#own : this.#other(origin))[name];
  }

  async close(): Promise<void> {
    await Promise.all(
      [this.#own, ...this.#others.values()].flatMap(({ polls, writes }) => [polls.destroy(), writes.destroy()]),
    );
  }

  #other(origin: string): PoolsOfOrigin {
    const pools = this.#others.get(origin) ?? this.#open(origin);
    this.#others.delete(origin);
    this.#others.set(origin, pools);
    const [oldest] = this.#others;
    if (this.#others.size > MAX_OTHER_ORIGINS && oldest !== undefined) {
      this.#others.delete(oldest[0]);
      // What is under way there may end.
      for (const pool of Object.values(oldest[1])) void pool.close();
    }
    return pools;
  }

  #open(origin: string): PoolsOfOrigin {
    const { headTimeout, writeConnections } = this.#settings;
    return {
      polls: pool(origin, MAX_POLL_CONNECTIONS, headTimeout),
      writes: pool(origin, writeConnections, headTimeout),
    };
  }
}

function pool(origin: string, connections: number, connectTimeout: number): Pool {
  const timeouts = { connectTimeout, headersTimeout: 0, bodyTimeout: 0 };
  return new Pool(origin, { allowH2: false, pipelining: 1, connections, ...timeouts });
}
