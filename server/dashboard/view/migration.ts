import { STAGES } from '../../../shared/api/stage.ts';
import { shareText } from '../../../shared/api/apps.ts';
import type { MigrationRow, MigrationView } from '../../../shared/dashboard/migration-view.ts';
import type { Frame, MigrationPage } from '../../../shared/dashboard/page.ts';
import { stageMark, stageName } from './badge.ts';
import { h, type View } from './element.ts';
import { applicationUrl, callersUrl, migrationUrl } from './links.ts';
import { ago } from './moment.ts';
import { number, numbered } from './number.ts';
import { parts } from './parts.ts';
import { said } from './said.ts';
import { searchForm } from './search-form.ts';
import { stageBar, stageKey } from './stage-bar.ts';
import { stackedTable } from './table.ts';

export interface MigrationProps {
  readonly frame: Frame;
  readonly page: MigrationPage;
  readonly now: number;
}

export function MigrationPageView({ frame: { root }, page, now }: MigrationProps): View {
  const { view, rows, summary, observer } = page;
  const { applications, stages, registered, readers, registrants } = summary;
  return h(
    'div',
    { class: 'page' },
    h(
      'div',
      { class: 'heading' },
      h('h1', null, 'Migration'),
      h(
        'p',
        { class: 'faint' },
        numbered(applications, 'application'),
        ', ',
        numbered(registered, 'registered instance'),
      ),
    ),
    exit(page),
    h(
      'section',
      { class: 'panel' },
      h('h2', null, 'How far it is'),
      stageBar(stages, applications),
      stageKey(stages, (stage) => migrationUrl(root, { stage })),
      h(
        'p',
        { class: 'faint prose' },
        `Seen by ${said(observer.name)} in the last `,
        ago(observer.since, now, '', ''),
        `: ${numbered(readers, 'caller')} that read, ${number(registrants)} that register. `,
        h('a', { href: callersUrl(root, { does: 'registers' }) }, 'Who still registers'),
      ),
    ),
    applications === 0
      ? null
      : searchForm({
          action: migrationUrl(root),
          text: view.text,
          placeholder: 'part of a name',
          kept: { stage: view.stage, left: view.left ? 'yes' : undefined },
        }),
    applications === 0 ? null : choices(page, root),
    rows.length === 0
      ? empty(applications, root)
      : h('section', { class: 'panel' }, h('h2', null, 'One by one'), applicationTable(rows, root)),
    parts(page, (to) => migrationUrl(root, view, to)),
    h('p', { class: 'faint prose' }, h('a', { href: `${root}eurek8s/migration` }, 'The same as JSON')),
  );
}

/** Whether the legacy can go, and what keeps it. */
function exit({ blockers, moreBlockers }: MigrationPage): View {
  if (blockers.length === 0)
    return h(
      'section',
      { class: 'verdict good' },
      h('p', { class: 'title' }, 'The legacy can be switched off'),
      h('p', null, 'As far as this replica knows: every replica has to say so.'),
    );
  return h(
    'section',
    { class: 'verdict warn' },
    h('p', { class: 'title' }, 'The legacy must stay'),
    h(
      'ul',
      { class: 'reasons' },
      blockers.map((each) => h('li', { key: each }, said(each))),
      moreBlockers === 0
        ? null
        : h('li', { class: 'faint', key: 'more' }, `and ${numbered(moreBlockers, 'more application')}`),
    ),
  );
}

function choices({ view, summary: { applications, stages }, left }: MigrationPage, root: string): View {
  const link = (to: Partial<MigrationView>, text: string, count: number): View => {
    const isChosen = view.stage === to.stage && view.left === (to.left ?? false);
    const href = migrationUrl(root, { text: view.text, ...to });
    return h(
      'a',
      { key: text, href, ...(isChosen && { 'aria-current': 'true' }) },
      text,
      ' ',
      h('b', null, number(count)),
    );
  };
  return h(
    'nav',
    { class: 'choices', 'aria-label': 'Which applications' },
    link({}, 'all', applications),
    link({ left: true }, 'something left to do', left),
    STAGES.map((stage) => link({ stage }, stageName(stage), stages[stage])),
  );
}

const COLUMNS = [
  { head: 'Name' },
  { head: 'Stage' },
  { head: 'Share' },
  { head: 'Registered', class: 'number' },
  { head: 'Kubernetes', class: 'number' },
  { head: 'Looked up by' },
  { head: 'Left to do' },
];

function applicationTable(rows: readonly MigrationRow[], root: string): View {
  return stackedTable(
    'Applications',
    COLUMNS,
    rows.map((row) => [
      h('a', { href: applicationUrl(root, row.name) }, said(row.name)),
      stageMark(row.stage),
      row.share === undefined ? none() : said(shareText(row.share)),
      row.registered === 0 ? none() : number(row.registered),
      row.kubernetes === 0 ? none() : number(row.kubernetes),
      callers(row, root),
      steps(row),
    ]),
  );
}

function callers({ name, callers: names, more }: MigrationRow, root: string): View {
  if (names.length === 0) return none();
  const others = more.callers === 0 ? '' : ` and ${number(more.callers)} more`;
  return h('a', { href: callersUrl(root, { app: name }) }, `${names.map(said).join(', ')}${others}`);
}

function steps({ todo, more }: MigrationRow): View {
  if (todo.length === 0) return h('span', { class: 'badge good' }, 'done');
  return h(
    'ol',
    { class: 'steps' },
    todo.map((each) => h('li', { key: each }, said(each))),
    more.todo === 0 ? null : h('li', { class: 'faint', key: 'more' }, `and ${number(more.todo)} more`),
  );
}

function empty(applications: number, root: string): View {
  return applications === 0
    ? h(
        'div',
        { class: 'nothing' },
        h('p', { class: 'title' }, 'No application yet'),
        h('p', null, 'Nothing is registered, and no Ingress asks to be published.'),
      )
    : h(
        'div',
        { class: 'nothing' },
        h('p', { class: 'title' }, 'No application is like that'),
        h('p', null, h('a', { href: migrationUrl(root) }, 'Show all')),
      );
}

function none(): View {
  return h('span', { class: 'faint' }, '–');
}
