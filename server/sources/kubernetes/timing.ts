/** All times are in milliseconds. Only tests change them. */
export interface Timing {
  /** Between two starts of the same watch, whatever happened in between. */
  readonly minInterval: number;
  /** The longest back-off of watches and list attempts, from start to start. */
  readonly maxBackoff: number;
  /** Sent as `timeoutSeconds`, ±10 %: the server ends the stream in good order before proxies cut it. */
  readonly watchTimeout: number;
  /**
   * A stream without a byte for this long is dead. Bookmarks come about once a minute, so it must be well above that.
   */
  readonly silenceLimit: number;
  /** For one page of a list, from credentials to the last byte. */
  readonly pageDeadline: number;
  /**
   * For one run of a credential plug-in. It is below the limits of the requests that wait for it, so that they report
   * its reason.
   */
  readonly pluginLimit: number;
  /** A namespace that we may not read for this long is given up for now, if others are served. */
  readonly forbiddenPatience: number;
  /** A complete list is made this often, ±10 %, when a stream ends. It recovers lost events. */
  readonly relistInterval: number;
  /** A watch that is disconnected for longer makes the source stale. */
  readonly staleAfter: number;
  /** Between two questions, ±10 %, whether the API server has the resources that may be installed into it. */
  readonly extensionInterval: number;
  /** A deletion of one of their objects is believed after this time, if they are still there then. */
  readonly removalDoubt: number;
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
  extensionInterval: 45_000,
  removalDoubt: 2_000,
  pageSize: 500,
};
