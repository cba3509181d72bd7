import { fileTroubles } from '../../../shared/api/file-troubles.ts';
import { troubleOf } from '../../../shared/api/source-troubles.ts';
import type { SourcesReport } from '../../../shared/api/sources.ts';
import type { Totals } from '../../../shared/dashboard/overview.ts';
import { rowBadge, sourceBadge } from './badge.ts';
import { h, type View } from './element.ts';
import { applicationsUrl, applicationUrl, holdUrl } from './links.ts';
import { number } from './number.ts';
import { said } from './said.ts';

/** Where the panel is on its page. It alone names all that is counted: the list has applications only. */
export const ATTENTION = 'attention';

/** Applications, held removals, sources and files: no number may say that all is well while one of them is not. */
export function attentionCount({ attention }: Totals, report: SourcesReport): number {
  const { sources } = report;
  const holds = sources.reduce((sum, each) => sum + each.holds.length, 0);
  const troubled = sources.filter((each) => troubleOf(each) !== undefined).length;
  return attention + holds + troubled + fileTroubles(report).length;
}

export function attentionPanel(totals: Totals, report: SourcesReport, root: string): View {
  const { attention, first } = totals;
  const files = fileTroubles(report).map((trouble) => h('li', { key: trouble }, said(trouble)));
  const items = [...sourceItems(report, root), ...files, ...rowItems(first, root)];
  return h(
    'section',
    { class: 'panel', id: ATTENTION },
    h('h2', null, 'Needs attention'),
    items.length === 0
      ? h('p', { class: 'empty' }, 'Every known entry is served and UP.')
      : h('ul', { class: 'lines' }, items),
    attention > first.length
      ? h('p', null, h('a', { href: applicationsUrl(root, { status: 'attention' }) }, `All ${number(attention)}`))
      : null,
  );
}

function sourceItems({ sources }: SourcesReport, root: string): readonly View[] {
  return sources.flatMap((source) => [
    ...source.holds.map(({ id, kept }) =>
      h(
        'li',
        { key: id },
        h('a', { href: holdUrl(root, id) }, `${source.id}: removals are held`),
        kept ? h('span', { class: 'faint' }, 'kept, as somebody decided') : null,
      ),
    ),
    ...(troubleOf(source) === undefined
      ? []
      : [h('li', { key: source.id }, h('span', null, source.id), sourceBadge(source))]),
  ]);
}

function rowItems(rows: Totals['first'], root: string): readonly View[] {
  return rows.map((row) =>
    h(
      'li',
      { key: row.name },
      h('a', { href: applicationUrl(root, row.name) }, said(row.name)),
      rowBadge(row),
      row.refused === 0 ? null : h('span', { class: 'faint' }, `${row.refused} not served`),
    ),
  );
}
