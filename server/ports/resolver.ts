/** Resolves host names, and keeps the last good answer through failures. It never blocks: it answers from memory. */
export interface Resolver {
  /**
   * The addresses of a host name as last resolved, sorted. Empty: the name does not exist and never had any.
   * `undefined`: there is no answer yet. The first call has the name watched until `release`.
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
   * Called with a name whose addresses changed, whose first attempt ended, be it in failure, or which became overdue or is
   * so no more; the returned function unsubscribes.
   */
  onChange(listener: (name: string) => void): () => void;
}
