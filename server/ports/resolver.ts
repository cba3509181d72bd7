/** Resolves host names, and keeps the last good answer through failures. It never blocks: it answers from memory. */
export interface Resolver {
  /**
   * The addresses of a host name as last resolved, sorted. Empty: the name does not exist and never had any.
   * `undefined`: there is no answer yet. The first call starts to watch the name, until `release`.
   */
  addresses(name: string): readonly string[] | undefined;
  /** Why the last attempt failed; `undefined` after a success or before the first attempt. */
  failure(name: string): string | undefined;
  /** Why there has been no answer for minutes, though there are addresses: they may be wrong by now. */
  overdue(name: string): string | undefined;
  /** The name is not needed any more. */
  release(name: string): void;
  /** Resolves the name again soon, because it has probably changed. */
  refresh?(name: string): void;
  /**
   * The listener is called with a name when its addresses change, when its first attempt ends, even in failure, and
   * when it becomes overdue or is no longer so. The returned function unsubscribes.
   */
  onChange(listener: (name: string) => void): () => void;
}
