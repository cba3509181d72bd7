import { useEffect, useRef, useState } from 'preact/hooks';
import type { RowNews } from '../../../shared/dashboard/news.ts';
import type { Document, Page } from '../../../shared/dashboard/page.ts';
import type { Row } from '../../../shared/dashboard/row.ts';
import { part, type View } from '../view/element.ts';
import type { Liveness } from '../view/layout.ts';
import { PageView } from '../view/page.ts';
import { follow } from './follow.ts';
import { loadDocument, loadRows } from './load.ts';
import { RowList } from './row-list.ts';

/** Milliseconds between two loads of what the stream does not tell: who calls, and what is left to do. */
const RELOAD_MS = 30_000;

/** The page as the server made it, and from then on as the server says that it changes. */
export function App({ given }: { readonly given: Document }): View {
  const [shown, setShown] = useState(given);
  const [liveness, setLiveness] = useState<Liveness>('still');
  const [rows, setRows] = useState<readonly Row[] | undefined>(undefined);
  // Ages go by the clock of the server, which the stream tells.
  const [now, setNow] = useState(given.frame.now);
  const list = useRef(new RowList());
  const clock = useRef(given.frame.now);
  const loadedAt = useRef(given.frame.now);
  const { page } = given;
  const { kind } = page;
  const { root } = given.frame;

  useEffect(() => {
    const reload = async (): Promise<void> => {
      if (kind === 'applications') {
        list.current.replace(await loadRows(root));
        setRows(list.current.rows());
      } else if (isReport(kind)) {
        if (clock.current - loadedAt.current < RELOAD_MS) return;
        loadedAt.current = clock.current;
        const loaded = await loadDocument();
        // A server that has too much to do says so in a page of its own: what is shown is better.
        if (loaded.page.kind === kind) setShown(loaded);
      } else if (kind === 'application') setShown(await loadDocument());
      else if (page.kind === 'changes' && page.isLatest) {
        const loaded = await loadDocument();
        if (loaded.page.kind === kind) setShown(loaded);
      }
    };
    const again = onceAtATime(reload);
    return follow(`${root}dashboard/news`, {
      liveness: setLiveness,
      reload: again,
      overview: (overview) => {
        clock.current = overview.now;
        if (kind !== 'applications') setNow(overview.now);
        if (isReport(kind)) again();
        if (kind === 'overview') setShown(({ frame }) => ({ frame, page: { kind, overview } }));
        else if (page.kind === 'message' && page.tone === 'waiting' && overview.totals !== undefined) location.reload();
      },
      rows: (news) => {
        if (kind === 'applications') {
          list.current.apply(news);
          if (list.current.isLoaded) setRows(list.current.rows());
        } else if (concerns(given, news)) again();
      },
    });
  }, []);

  return part(PageView, { document: shown, liveness, now, rows });
}

/** The server makes it in turn with others, so it is not asked for at each change. */
function isReport(kind: Page['kind']): boolean {
  return kind === 'callers' || kind === 'migration';
}

function concerns({ page }: Document, { rows, gone }: RowNews): boolean {
  if (page.kind === 'changes') return true;
  if (page.kind !== 'application') return false;
  const { app } = page.explanation;
  return gone.includes(app) || rows.some(({ name }) => name === app);
}

/** What is asked for while it runs happens once more afterwards. What fails is asked for again with the next news. */
function onceAtATime(load: () => Promise<void>): () => void {
  let running = false;
  let wanted = false;
  const run = (): void => {
    wanted = running;
    if (running) return;
    running = true;
    const done = (): void => {
      running = false;
      if (wanted) run();
    };
    load()
      .catch(() => undefined)
      .finally(done);
  };
  return run;
}
