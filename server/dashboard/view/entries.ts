import type { ExplainedEntry, ExplainedHidden } from '../../../shared/api/explained-entry.ts';
import type { Explanation } from '../../../shared/api/explain.ts';
import { statusBadge } from './badge.ts';
import { h, type View } from './element.ts';
import { ago } from './moment.ts';
import { said } from './said.ts';
import { stackedTable, type Column } from './table.ts';

const COLUMNS: readonly Column[] = [
  { head: 'Entry' },
  { head: 'Status' },
  { head: 'Where callers go' },
  { head: 'Zone' },
  { head: 'Where it comes from' },
  { head: 'Since', class: 'number' },
];

export function entryTable(entries: readonly ExplainedEntry[], now: number): View {
  return stackedTable(
    'Served entries',
    COLUMNS,
    entries.map((entry) => entryCells(entry, now)),
  );
}

export function hiddenTable(entries: readonly ExplainedHidden[], now: number): View {
  const columns = [{ head: 'Entry' }, { head: 'Why it is in no list' }, ...COLUMNS.slice(1)];
  return stackedTable(
    'Hidden entries',
    columns,
    entries.map((entry) => {
      const [id, ...rest] = entryCells(entry, now);
      return [id, h('span', { class: 'reason' }, said(entry.reason), ' ', h('code', null, entry.code)), ...rest];
    }),
  );
}

function entryCells(entry: ExplainedEntry, now: number): readonly View[] {
  const { id, status, host, address, ports, zone, world, source, object, copyOf, rule, since, notices } = entry;
  return [
    h('code', { class: 'id' }, said(id)),
    statusBadge(status),
    h(
      'span',
      { class: 'two' },
      h('span', null, said(host)),
      h('small', null, [address === host ? '' : said(address), ...ports].filter(Boolean).join(' · ')),
    ),
    zone === undefined ? h('span', { class: 'faint' }, 'none') : said(zone),
    h(
      'span',
      { class: 'two' },
      h(
        'span',
        null,
        h('span', { class: `world ${copyOf === undefined ? world : 'copy'}` }, said(object ?? source)),
        ' ',
      ),
      h('small', null, said(rule)),
      notices.map((notice) => h('small', { class: 'notice', key: notice }, said(notice))),
    ),
    since === undefined ? h('span', { class: 'faint' }, 'unknown') : ago(since, now, '', ''),
  ];
}

/** Candidates that became no entry, with their reasons. */
export function refusalList(refusals: Explanation['refused'], now: number): View {
  return h(
    'ul',
    { class: 'refusals' },
    refusals.map((refusal) => {
      const { object, code, reason } = refusal;
      const since =
        'since' in refusal && typeof refusal.since === 'number' ? new Date(refusal.since).toISOString() : undefined;
      return h(
        'li',
        { key: `${object} ${code}` },
        h(
          'p',
          null,
          h('b', null, said(object)),
          ' ',
          h('code', null, code),
          since === undefined ? null : h('span', { class: 'faint' }, ' for ', ago(since, now, '', '')),
        ),
        h('p', null, said(reason)),
      );
    }),
  );
}
