import { h, type View } from './element.ts';

export interface Column {
  readonly head: string;
  /** `number`: to the right. */
  readonly class?: string;
}

/**
 * A table with a name for those who hear it. A first cell of each row is its head. On a narrow screen each row is a block
 * of its own, and each cell says what it is. The roles keep it a table for those who hear it.
 */
export function stackedTable(name: string, columns: readonly Column[], rows: readonly (readonly View[])[]): View {
  return h(
    'table',
    { class: 'plain stacked', role: 'table' },
    h('caption', { class: 'unseen' }, name),
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        columns.map(({ head, class: kind = '' }) =>
          h('th', { scope: 'col', role: 'columnheader', ...classed(kind), key: head }, head),
        ),
      ),
    ),
    h(
      'tbody',
      { role: 'rowgroup' },
      rows.map((cells, i) =>
        h(
          'tr',
          { key: String(i), role: 'row' },
          cells.map((cell, place) => {
            const { head = '', class: kind = '' } = columns[place] ?? {};
            const marks = { ...classed(kind), 'data-head': head };
            return place === 0
              ? h('th', { scope: 'row', role: 'rowheader', ...marks }, cell)
              : h('td', { role: 'cell', ...marks }, cell);
          }),
        ),
      ),
    ),
  );
}

function classed(kind: string): { readonly class?: string } {
  return kind === '' ? {} : { class: kind };
}
