/** What the server does to a watch instead of serving it. */
export type WatchFault =
  /** 200, then a regular end at once. */
  | { readonly kind: 'close' }
  | { readonly kind: 'event-then-close' }
  | { readonly kind: 'bookmark-then-close' }
  /** A bookmark after events that were never sent, then the end. */
  | { readonly kind: 'bookmark-alone' }
  | { readonly kind: 'gone-event' }
  /** An ERROR event with this `Status`. */
  | { readonly kind: 'error-status'; readonly status: object }
  | { readonly kind: 'error-event'; readonly code: number }
  | { readonly kind: 'status'; readonly status: number }
  /** The TCP connection is reset before any answer. */
  | { readonly kind: 'reset' }
  /** Headers and half an event, then a reset. */
  | { readonly kind: 'half-line' }
  /** Headers, then nothing: a half-open stream. */
  | { readonly kind: 'silent' }
  /** Nothing, not even headers. */
  | { readonly kind: 'hang' }
  /** Serves normally, but each event is cut off. */
  | { readonly kind: 'broken-lines' }
  /** HTTP/2 only: RST_STREAM, the end of the session, GOAWAY after an event. */
  | { readonly kind: 'stream-reset' }
  | { readonly kind: 'session-lost' }
  | { readonly kind: 'goaway' };

export type ListFault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'hang' }
  /** Half the body, then nothing. */
  | { readonly kind: 'body-stops' }
  /** Half the body, then a reset. */
  | { readonly kind: 'cut' }
  /** Half the body as if it were the whole. */
  | { readonly kind: 'cut-json' }
  /** Blanks, gigabytes for whoever unpacks them all. */
  | { readonly kind: 'bomb' }
  /** 200 with a login page. */
  | { readonly kind: 'html' }
  /** 200 with a `Status` object. */
  | { readonly kind: 'status-object' }
  /** 302 to a login page. */
  | { readonly kind: 'redirect' };

export interface ApiCall {
  /** `version`: a list of one object, which is requested for its version. */
  readonly verb: 'list' | 'version' | 'watch' | 'review';
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly query: URLSearchParams;
  readonly userAgent: string | undefined;
  /** Milliseconds since the process started. */
  readonly at: number;
}
