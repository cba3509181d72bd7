import type { AtPage, Frame } from '../../../shared/dashboard/page.ts';
import { changesIn } from '../../../shared/api/folded-changes.ts';
import { isChanged, type PastRow } from '../../../shared/dashboard/past.ts';
import { momentForm } from './at-form.ts';
import { badge, stageMark, toneOf } from './badge.ts';
import { changeList } from './changes.ts';
import { h, type View } from './element.ts';
import { applicationUrl, atUrl, changesUrl, segment } from './links.ts';
import { ago, moment } from './moment.ts';
import { number, numbered } from './number.ts';
import { parts } from './parts.ts';
import { said } from './said.ts';
import { searchForm } from './search-form.ts';
import { stackedTable } from './table.ts';

export interface AtProps {
  readonly frame: Frame;
  readonly page: AtPage;
  readonly now: number;
}

type Look = NonNullable<AtPage['look']>;

export function AtView({ frame: { root }, page, now }: AtProps): View {
  const { look, trouble, oldest } = page;
  return h(
    'div',
    { class: 'page' },
    h(
      'div',
      { class: 'heading' },
      h('h1', null, look === undefined ? 'Time machine' : moment(look.at)),
      look === undefined ? null : h('p', { class: 'faint' }, ago(look.at, now)),
    ),
    trouble === undefined
      ? null
      : h('section', { class: 'verdict warn', role: 'alert' }, h('p', { class: 'title' }, trouble), range(page)),
    momentForm(page, root),
    trouble !== undefined || look !== undefined ? null : h('p', null, range(page)),
    look === undefined || oldest === undefined ? null : [registry(look, root), changes(look, root, now)],
  );
}

function range({ oldest, newest }: AtPage): View {
  return h(
    'span',
    null,
    oldest === undefined
      ? 'Nothing is remembered yet.'
      : ['Any moment from ', moment(oldest), ' to ', moment(newest), ' can be looked at.'],
  );
}

function registry(look: Look, root: string): View {
  const { at, view, rows, applications, counts } = look;
  const choice = (changed: boolean, text: string): View =>
    h(
      'a',
      {
        key: text,
        href: atUrl(root, at, { ...view, changed }),
        ...(view.changed === changed && { 'aria-current': 'true' }),
      },
      text,
    );
  return h(
    'section',
    { class: 'panel stack', key: 'then' },
    h('h2', null, 'The registry then ', h('small', null, numbered(applications, 'application'))),
    h('p', { class: 'facts' }, statuses(counts)),
    searchForm({
      action: `${root}dashboard/at`,
      text: view.text,
      placeholder: 'part of a name',
      kept: { time: at, changed: view.changed ? 'yes' : undefined },
    }),
    h(
      'nav',
      { class: 'choices', 'aria-label': 'Which applications' },
      choice(false, 'all'),
      choice(true, 'different now'),
    ),
    rows.length === 0
      ? h('p', { class: 'empty' }, 'No application is like that.')
      : stackedTable(
          'Applications then',
          [{ head: 'Name' }, { head: 'Stage' }, { head: 'Entries then' }, { head: 'Since then' }],
          rows.map((row) => cells(row, at, root)),
        ),
    parts(look, (to) => atUrl(root, at, view, to)),
  );
}

function cells(row: PastRow, at: string, root: string): readonly View[] {
  const { name, was } = row;
  return [
    h(
      'span',
      { class: 'two' },
      nameOf(row, root),
      was === undefined
        ? null
        : h(
            'a',
            { class: 'aside', href: `${root}eurek8s/at/${segment(at)}/explain/${segment(name)}` },
            'explained as it was, as JSON',
          ),
    ),
    was === undefined ? h('span', { class: 'faint' }, 'not known then') : stageMark(was.stage),
    was === undefined ? h('span', { class: 'faint' }, '–') : h('span', { class: 'facts' }, statuses(was.counts)),
    isChanged(row) ? became(row) : h('span', { class: 'faint' }, 'the same'),
  ];
}

/** What is gone has no page. Where it had entries, the changes say why they went. */
function nameOf({ name, deleted, gone }: PastRow, root: string): View {
  if (!gone) return h('a', { href: applicationUrl(root, name) }, said(name));
  return deleted === 0 ? h('span', null, said(name)) : h('a', { href: changesUrl(root, name) }, said(name));
}

function became({ added, modified, deleted, gone }: PastRow): View {
  const said = [
    added === 0 ? '' : `${number(added)} came`,
    modified === 0 ? '' : `${number(modified)} changed`,
    deleted === 0 ? '' : `${number(deleted)} went`,
    gone ? 'not known now' : '',
  ];
  return said.filter(Boolean).join(', ');
}

const BEST_FIRST = ['UP', 'STARTING', 'OUT_OF_SERVICE', 'DOWN', 'UNKNOWN'] as const;

function statuses(counts: Look['counts']): View {
  const shown = BEST_FIRST.filter((status) => counts[status] > 0);
  if (shown.length === 0) return badge('bad', 'nothing served');
  return shown.map((status) =>
    h(
      'span',
      { key: status, class: 'counted' },
      badge(toneOf(status), `${number(counts[status])} ${status.toLowerCase().replaceAll('_', ' ')}`),
    ),
  );
}

function changes({ since }: Look, root: string, now: number): View {
  const { changes: shown, count } = since;
  const listed = changesIn(shown);
  return h(
    'section',
    { class: 'panel', key: 'since' },
    h('h2', null, 'What changed since ', h('small', null, numbered(count, 'change'))),
    changeList(shown, now, root),
    count > listed
      ? h('p', { class: 'more' }, `The last ${number(listed)}. `, h('a', { href: changesUrl(root) }, 'All of them'))
      : null,
  );
}
