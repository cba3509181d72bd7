/** Milliseconds throughout. Tests shorten them; nobody else needs to. */
export interface Timing {
  /** Between two starts of the same watch, whatever happened in between. */
  readonly minInterval: number;
  /** Longest back-off, start to start, of watches and of list attempts. */
  readonly maxBackoff: number;
  /** Asked of the server as `timeoutSeconds`, ±10 %: it ends the stream in good order before proxies cut it. */
  readonly watchTimeout: number;
  /** A stream without a byte for this long is dead. Bookmarks come about once a minute, so it must be well above that. */
  readonly silenceLimit: number;
  /** For one page of a list, from credentials to the last byte. */
  readonly pageDeadline: number;
  /** For one run of a credential plug-in; below the limits of the requests that wait for it, so that its reason is told. */
  readonly pluginLimit: number;
  /** A namespace that may not be read for this long is given up for now, where others are served. */
  readonly forbiddenPatience: number;
  /** The net for lost lines: a complete list this often, ±10 %, taken when a stream ends. */
  readonly relistInterval: number;
  /** A watch that is out of touch for longer makes the source stale. */
  readonly staleAfter: number;
  /** Objects per page of a list. */
  readonly pageSize: number;
}

export const DEFAULT_TIMING: Timing = {
  minInterval: 1_000,
  maxBackoff: 30_000,
  watchTimeout: 290_000,
  silenceLimit: 90_000,
  pageDeadline: 30_000,
  pluginLimit: 20_000,
  forbiddenPatience: 10_000,
  relistInterval: 3_600_000,
  staleAfter: 10_000,
  pageSize: 500,
};
