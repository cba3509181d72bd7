import type { Row } from '../../../shared/dashboard/row.ts';
import { sortedBy, type RowView, type SortKey } from '../../../shared/dashboard/row-view.ts';
import { rowBadge, stageMark } from './badge.ts';
import { h, type View } from './element.ts';
import { applicationsUrl, applicationUrl } from './links.ts';
import { numbered } from './number.ts';
import { said } from './said.ts';
import { askedPercent, shareBar } from './share-bar.ts';

interface ListColumn {
  readonly key: SortKey;
  readonly head: string;
  /** What is added to the head where there is room. */
  readonly more?: string;
  /** `wide`: left out on a narrow screen. */
  readonly class: string;
  readonly cell: (row: Row) => View;
}

/** Characters of a name that is shown in one piece; and of the end of one that is not. */
const MAX_WHOLE_NAME = 14;
const NAME_END = 10;

const COLUMNS: readonly ListColumn[] = [
  { key: 'stage', head: 'Stage', class: 'stage wide', cell: ({ stage }) => stageMark(stage) },
  { key: 'status', head: 'Status', class: 'status', cell: rowBadge },
  {
    key: 'registered',
    head: 'Registered',
    class: 'number wide',
    cell: ({ legacy, copies }) => registered(legacy, copies),
  },
  { key: 'kubernetes', head: 'Kubernetes', class: 'number wide', cell: ({ kubernetes }) => count(kubernetes) },
  { key: 'up', head: 'Up', class: 'number wide', cell: ({ up }) => count(up) },
  { key: 'share', head: 'Share', more: ' of Kubernetes', class: 'sharing', cell: shareCell },
  { key: 'refused', head: 'Not served', class: 'number wide', cell: ({ refused, hidden }) => count(refused + hidden) },
];

/** The heads sort: by a link, of which `change` spares the way to the server. */
export function rowHead(root: string, view: RowView, change: (view: RowView) => void): View {
  const head = (key: SortKey, kind: string, ...text: readonly View[]): View => {
    const to = sortedBy(view, key);
    const sorted = view.sort === key;
    const go = (event: Event): void => {
      event.preventDefault();
      change(to);
    };
    return h(
      'th',
      { scope: 'col', key, class: kind, 'aria-sort': sorted ? (view.descending ? 'descending' : 'ascending') : 'none' },
      h('a', { href: applicationsUrl(root, to), onClick: go }, text),
    );
  };
  return h(
    'thead',
    null,
    h(
      'tr',
      { 'aria-rowindex': 1 },
      head('name', 'name', 'Name'),
      COLUMNS.map(({ key, head: text, more, class: kind }) =>
        head(key, kind, text, more === undefined ? null : h('span', { class: 'wide' }, more)),
      ),
    ),
  );
}

/** `index` counts from 0 in the whole list. */
export function tableRow(row: Row, root: string, index: number): View {
  return h(
    'tr',
    { key: row.name, 'aria-rowindex': index + 2 },
    h(
      'th',
      { scope: 'row', class: 'name' },
      h('a', { href: applicationUrl(root, row.name), title: said(row.name) }, nameText(said(row.name))),
    ),
    COLUMNS.map((column) => h('td', { key: column.key, class: column.class }, column.cell(row))),
  );
}

/** What tells long names apart is often their end, so where there is no room they are cut before it. */
function nameText(name: string): View {
  const characters = Array.from(name);
  if (characters.length <= MAX_WHOLE_NAME) return name;
  return h(
    'span',
    { class: 'cut' },
    h('span', null, characters.slice(0, -NAME_END).join('')),
    h('span', { class: 'end' }, characters.slice(-NAME_END).join('')),
  );
}

function count(value: number): View {
  return value === 0 ? h('span', { class: 'faint' }, '–') : String(value);
}

function registered(legacy: number, copies: number): View {
  return copies === 0
    ? count(legacy)
    : h('span', { title: `and ${numbered(copies, 'copy', 'copies')} of these` }, `${legacy} + ${copies}`);
}

/** Where nothing is UP nobody gets a call: there is no other part. */
function shareCell({ share, up }: Row): View {
  if (share === undefined) return h('span', { class: 'faint' }, '–');
  const { asked, achievedPercent } = share;
  const parts = { kubernetes: achievedPercent, copies: 0, registered: up === 0 ? 0 : 100 - achievedPercent };
  const label = `${achievedPercent}%, asked for is ${asked}`;
  return h(
    'span',
    { class: 'sharecell', title: label },
    shareBar(parts, askedPercent(asked), label, 'small'),
    h('span', null, `${achievedPercent}%`),
  );
}
