import { useMemo, useRef, useState } from 'preact/hooks';
import type { ApplicationsPage, Frame } from '../../../shared/dashboard/page.ts';
import type { Row } from '../../../shared/dashboard/row.ts';
import { isFiltered, look, queryOf, type RowView } from '../../../shared/dashboard/row-view.ts';
import { counted } from '../../../shared/text/printable.ts';
import { rowHead, tableRow } from './application-row.ts';
import { h, part, type View } from './element.ts';
import { applicationsUrl } from './links.ts';
import { number } from './number.ts';
import { rowFilter } from './row-filter.ts';
import { ROW_HEIGHT, useRowRange } from './virtual-rows.ts';

export interface ApplicationsProps {
  readonly frame: Frame;
  readonly page: ApplicationsPage;
  /** All rows, in the order of their names; `undefined`: only those of the page are here. */
  readonly all: readonly Row[] | undefined;
}

export function ApplicationsView({ frame, page, all }: ApplicationsProps): View {
  return all === undefined ? part(OnePage, { frame, page }) : part(WholeList, { frame, page, all });
}

/** As much of the list as is readable without JavaScript. */
function OnePage({ frame: { root }, page }: { readonly frame: Frame; readonly page: ApplicationsPage }): View {
  const { view, rows, matching, total, sources } = page;
  return h(
    'div',
    { class: 'page' },
    heading(matching, total),
    rowFilter({ root, view, sources, change: undefined }),
    rows.length === 0
      ? empty(view, total, root)
      : listTable(
          root,
          view,
          undefined,
          matching,
          h(
            'tbody',
            null,
            rows.map((row, i) => tableRow(row, root, i)),
          ),
        ),
    pages(page, root),
  );
}

interface WholeListProps {
  readonly frame: Frame;
  readonly page: ApplicationsPage;
  readonly all: readonly Row[];
}

/** The list as it is now. It filters and sorts at once, and keeps only those rows that are in sight. */
function WholeList({ frame: { root }, page, all }: WholeListProps): View {
  const [view, setView] = useState(page.view);
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = useMemo(() => look(all, view), [all, view]);
  const { from, to } = useRowRange(rows.length, body);
  const change = (changed: RowView): void => {
    setView(changed);
    history.replaceState(null, '', `${location.pathname}${queryOf(changed)}`);
  };
  return h(
    'div',
    { class: 'page' },
    heading(rows.length, all.length),
    rowFilter({ root, view, sources: page.sources, change }),
    rows.length === 0
      ? empty(view, all.length, root)
      : listTable(
          root,
          view,
          change,
          rows.length,
          h(
            'tbody',
            { ref: body, onKeyDown: moveByArrow },
            gap('before', from),
            rows.slice(from, to).map((row, i) => tableRow(row, root, from + i)),
            gap('after', rows.length - to),
          ),
        ),
  );
}

function heading(matching: number, total: number): View {
  const found = matching === total ? '' : `${number(matching)} of `;
  return h(
    'div',
    { class: 'heading' },
    h('h1', null, 'Applications'),
    h(
      'p',
      { class: 'faint', role: 'status' },
      `${found}${number(total)} ${counted(total, 'application').replace(/^\d+ /, '')}`,
    ),
  );
}

function listTable(
  root: string,
  view: RowView,
  change: ((view: RowView) => void) | undefined,
  count: number,
  body: View,
): View {
  return h(
    'table',
    { class: 'list', 'aria-rowcount': count + 1 },
    h('caption', { class: 'unseen' }, 'Applications'),
    rowHead(root, view, change),
    body,
  );
}

/** Stands for rows that are not in sight. Its height is set from a script, which the policy for content allows. */
function gap(key: string, rows: number): View {
  if (rows <= 0) return null;
  return h(
    'tr',
    { key, 'aria-hidden': 'true', class: 'gap' },
    h('td', { colSpan: 8, style: { height: `${rows * ROW_HEIGHT}px` } }),
  );
}

function moveByArrow(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const row = (event.target as HTMLElement).closest('tr');
  const next = step > 0 ? row?.nextElementSibling : step < 0 ? row?.previousElementSibling : undefined;
  const link = next?.querySelector('a');
  if (link === undefined || link === null) return;
  event.preventDefault();
  link.focus();
}

function empty(view: RowView, total: number, root: string): View {
  if (total === 0)
    return h(
      'div',
      { class: 'nothing' },
      h('p', { class: 'title' }, 'No application yet'),
      h(
        'p',
        null,
        'Nothing is registered, and no Ingress asks to be published. An Ingress does so with the annotation ',
        h('code', null, 'eurek8s.io/publish: "true"'),
        '.',
      ),
    );
  return h(
    'div',
    { class: 'nothing' },
    h('p', { class: 'title' }, 'No application is like that'),
    isFiltered(view) ? h('p', null, h('a', { href: applicationsUrl(root) }, 'Show all')) : null,
  );
}

function pages({ view, page, pages: last }: ApplicationsPage, root: string): View {
  if (last <= 1) return null;
  const link = (to: number, text: string): View =>
    to < 1 || to > last ? h('span', { class: 'faint' }, text) : h('a', { href: applicationsUrl(root, view, to) }, text);
  return h(
    'nav',
    { class: 'pages', 'aria-label': 'Parts of the list' },
    link(page - 1, 'Back'),
    h('span', null, `${page} of ${last}`),
    link(page + 1, 'On'),
  );
}
