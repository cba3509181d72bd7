/** What a client may cost. Times in milliseconds. */
export interface Limits {
  /** Bytes of a request body, packed and unpacked. Registrations have 2 KiB; XML of 1 MiB would stall everybody 50 ms. */
  readonly bodyBytes: number;
  /** Bytes of request line and headers: Node's own limit, given a name because long ids meet it. */
  readonly headerBytes: number;
  readonly connections: number;
  /**
   * Connections that the system has accepted and we have not seen yet; it may allow fewer (`net.core.somaxconn`). A fleet
   * that comes back at once fills Node's default of 511, and whoever finds it full tries again a second later.
   */
  readonly backlog: number;
  /** For the header of a request to arrive. */
  readonly headerTimeout: number;
  /** For a whole request to arrive: a slow sender must not hold a connection for ever. */
  readonly requestTimeout: number;
  /** From the header of a request to the last byte of its answer: nor must a slow reader. */
  readonly exchangeTimeout: number;
  /** Of silence, before the system asks whether the other end is still there; ten unanswered seconds end the connection. */
  readonly deadPeerProbe: number;
  /** After the signal to stop, for the requests in flight. */
  readonly stopTimeout: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 512 * 1024,
  headerBytes: 16 * 1024,
  connections: 10_000,
  backlog: 4096,
  headerTimeout: 15_000,
  requestTimeout: 30_000,
  exchangeTimeout: 60_000,
  deadPeerProbe: 60_000,
  stopTimeout: 10_000,
};
