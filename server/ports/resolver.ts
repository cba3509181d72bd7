/** Names to addresses, with the last good answer kept through failures. Never blocks: it answers from what it knows. */
export interface Resolver {
  /**
   * Sorted addresses of a host name as last resolved; empty when it never had any and is known not to exist;
   * `undefined` while nothing is known. Asking keeps the name watched until `release`.
   */
  addresses(name: string): readonly string[] | undefined;
  /** Why the last attempt failed; `undefined` after a success or before the first attempt. */
  failure(name: string): string | undefined;
  /** Why there has been no answer for minutes, though there are addresses: they may be wrong by now. */
  overdue(name: string): string | undefined;
  /** The name is not needed any more. */
  release(name: string): void;
  /** Resolve the name again soon, there is reason to believe that it has changed. */
  refresh?(name: string): void;
  /**
   * Called with a name whose addresses changed, whose first attempt ended, be it in failure, or which became overdue or is
   * so no more; the returned function unsubscribes.
   */
  onChange(listener: (name: string) => void): () => void;
}
