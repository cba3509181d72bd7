import { useMemo, useRef, useState } from 'preact/hooks';
import type { ApplicationsPage, Frame } from '../../../shared/dashboard/page.ts';
import type { Row } from '../../../shared/dashboard/row.ts';
import { isFiltered, look, queryOf, type RowView } from '../../../shared/dashboard/row-view.ts';
import { rowHead, tableRow } from './application-row.ts';
import { h, type View } from './element.ts';
import { applicationsUrl } from './links.ts';
import { number, numbered } from './number.ts';
import { parts } from './parts.ts';
import { rowFilter } from './row-filter.ts';
import { ROW_HEIGHT, useRowRange } from './virtual-rows.ts';

export interface ApplicationsProps {
  readonly frame: Frame;
  readonly page: ApplicationsPage;
  /** All rows, in the order of their names; `undefined`: only those of the page are here. */
  readonly all: readonly Row[] | undefined;
}

/**
 * The list as it is now: it filters and sorts at once, and keeps only those rows that are in sight. Before the rows are here,
 * and without JavaScript, it is one page of them. It is one component all the time, so that nobody loses what was typed.
 */
export function ApplicationsView({ frame: { root }, page, all }: ApplicationsProps): View {
  const [view, setView] = useState(page.view);
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = useMemo(() => (all === undefined ? page.rows : look(all, view)), [all, page, view]);
  const range = useRowRange(rows.length, body);
  const { from, to } = all === undefined ? { from: 0, to: rows.length } : range;
  const change = (changed: RowView): void => {
    setView(changed);
    history.replaceState(null, '', `${location.pathname}${queryOf(changed)}`);
  };
  const total = all?.length ?? page.total;
  const matching = all === undefined ? page.matching : rows.length;
  return h(
    'div',
    { class: 'page' },
    heading(matching, total),
    rowFilter({ root, view, sources: page.sources, change, isSent: all === undefined }),
    rows.length === 0
      ? empty(view, total, root)
      : h(
          'table',
          { class: 'list', 'aria-rowcount': matching + 1 },
          h('caption', { class: 'unseen' }, 'Applications'),
          rowHead(root, view, change),
          h(
            'tbody',
            { ref: body, onKeyDown: moveByArrow },
            gap('before', from),
            rows.slice(from, to).map((row, i) => tableRow(row, root, from + i)),
            gap('after', rows.length - to),
          ),
        ),
    all === undefined ? parts(page, (to) => applicationsUrl(root, page.view, to)) : null,
  );
}

function heading(matching: number, total: number): View {
  const found = matching === total ? '' : `${number(matching)} of `;
  return h(
    'div',
    { class: 'heading' },
    h('h1', null, 'Applications'),
    h('p', { class: 'faint', role: 'status' }, `${found}${numbered(total, 'application')}`),
  );
}

/** Stands for rows that are not in sight. Its height is set from a script, which the policy for content allows. */
function gap(key: string, rows: number): View {
  if (rows <= 0) return null;
  return h(
    'tr',
    { key, 'aria-hidden': 'true', class: 'gap' },
    h('td', { style: { height: `${rows * ROW_HEIGHT}px` } }),
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
