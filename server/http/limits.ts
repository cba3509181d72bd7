/** What one client, and all of them together, may use. Times in milliseconds. */
export interface Limits {
  /**
   * Bytes of a request body, packed and unpacked. A registration has 2 KiB; XML of 1 MiB stalls all requests for 50 ms.
   */
  readonly bodyBytes: number;
  /** Bytes of all large bodies that are received or not answered yet, and of all that waits behind an answer. */
  readonly heldBodyBytes: number;
  /** Bytes of request line and headers: Node's own default, named here because long ids reach it. */
  readonly headerBytes: number;
  /**
   * Headers of a request, each of which takes more memory than its bytes. Stock servers run on Tomcat, which takes as
   * many. A browser behind several proxies sends some forty.
   */
  readonly headers: number;
  /** Of all ports together. */
  readonly connections: number;
  /**
   * Connections that the kernel has accepted and the process has not taken yet. The kernel may allow fewer
   * (`net.core.somaxconn`). A fleet that reconnects at once fills Node's default of 511, and a client that finds the
   * backlog full tries again only a second later.
   */
  readonly backlog: number;
  /** Until the header of a request has arrived. */
  readonly headerTimeout: number;
  /** Until a whole request has arrived: a slow sender must not hold a connection for ever. */
  readonly requestTimeout: number;
  /** From the header of a request to the last byte of its answer: neither must a slow reader. */
  readonly exchangeTimeout: number;
  /**
   * Silence until the kernel probes whether the client is still there; ten seconds without an answer end the
   * connection.
   */
  readonly deadPeerProbe: number;
  /** What requests in flight still have after the signal to stop. */
  readonly stopTimeout: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 512 * 1024,
  heldBodyBytes: 64 * 1024 * 1024,
  headerBytes: 16 * 1024,
  headers: 100,
  connections: 10_000,
  backlog: 4096,
  headerTimeout: 15_000,
  requestTimeout: 30_000,
  exchangeTimeout: 60_000,
  deadPeerProbe: 60_000,
  stopTimeout: 10_000,
};

/** Files and connections that are not those of clients: to the sources, name servers, the registry file, the runtime. */
const OTHER_FILES = 128;

/**
 * The limits for a process that may have `openFiles` files and connections open. Clients must not take the last ones:
 * then no source could be asked any more, and the kernel, not we, would refuse connections, unseen by any metric.
 */
export function limitsWithin(limits: Limits, openFiles: number | undefined): Limits {
  if (openFiles === undefined) return limits;
  const room = Math.max(openFiles - OTHER_FILES, Math.floor(openFiles / 2));
  return { ...limits, connections: Math.min(limits.connections, room) };
}
