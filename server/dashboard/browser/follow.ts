import type { NewsEvent, RowNews } from '../../../shared/dashboard/news.ts';
import type { Overview } from '../../../shared/dashboard/overview.ts';
import type { Liveness } from '../view/layout.ts';

/** Milliseconds until a stream that the server refused is asked for again. */
const AGAIN_MS = 5_000;
/** Milliseconds without any news, after which the connection counts as lost. The server tells the overview every 2 s. */
const SILENCE_MS = 15_000;

export interface Following {
  readonly liveness: (liveness: Liveness) => void;
  /** Also with each new connection: nobody knows what was missed before. */
  readonly reload: () => void;
  readonly overview: (overview: Overview) => void;
  readonly rows: (news: RowNews) => void;
}

/** Follows the stream for as long as the page can be seen: a hidden one would keep a connection for nothing. */
export function follow(url: string, following: Following): () => void {
  let stream: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const close = (): void => {
    clearTimeout(again);
    clearTimeout(silence);
    stream?.close();
    stream = undefined;
  };
  const lose = (): void => {
    close();
    following.liveness('lost');
    again = setTimeout(open, AGAIN_MS);
  };
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENCE_MS);
  };
  const open = (): void => {
    close();
    following.liveness('connecting');
    const opened = new EventSource(url);
    stream = opened;
    const on = (event: NewsEvent, take: (data: unknown) => void): void =>
      opened.addEventListener(event, ({ data }: MessageEvent<string>) => {
        heard();
        take(JSON.parse(data));
      });
    on('overview', (overview) => following.overview(overview as Overview));
    on('rows', (news) => following.rows(news as RowNews));
    on('reload', () => following.reload());
    opened.addEventListener('open', () => {
      heard();
      following.liveness('live');
      following.reload();
    });
    opened.addEventListener('error', () => {
      if (opened === stream) lose();
    });
  };
  const seen = (): void => {
    if (document.visibilityState === 'hidden') close();
    else if (stream === undefined) open();
  };

  document.addEventListener('visibilitychange', seen);
  seen();
  return () => {
    document.removeEventListener('visibilitychange', seen);
    close();
  };
}
