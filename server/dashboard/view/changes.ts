import type { ChangeReport } from '../../../shared/api/changes.ts';
import { changedText, copiesText, type FoldedChange } from '../../../shared/api/folded-changes.ts';
import type { ChangesPage, Frame } from '../../../shared/dashboard/page.ts';
import { clockTime } from '../../../shared/text/printable.ts';
import { badge, type Tone } from './badge.ts';
import { h, type View } from './element.ts';
import { applicationUrl, changesUrl } from './links.ts';
import { ago } from './moment.ts';
import { said } from './said.ts';

export interface ChangesProps {
  readonly frame: Frame;
  readonly page: ChangesPage;
  readonly now: number;
}

export function ChangesView({ frame: { root }, page, now }: ChangesProps): View {
  const { recent, app, isLatest, oldest } = page;
  return h(
    'div',
    { class: 'page' },
    h(
      'div',
      { class: 'heading' },
      h('h1', null, app === undefined ? 'Changes' : `Changes of ${said(app)}`),
      h(
        'p',
        { class: 'faint' },
        oldest === undefined
          ? 'Nothing is remembered yet.'
          : ['Everything is known of the last ', ago(oldest, now, '', ''), '.'],
      ),
    ),
    app === undefined ? null : h('p', null, h('a', { href: changesUrl(root) }, 'Changes of all applications')),
    h('section', { class: 'panel' }, changeList(recent.changes, now, app === undefined ? root : undefined)),
    h(
      'nav',
      { class: 'pages', 'aria-label': 'Parts of the list' },
      isLatest ? null : h('a', { href: changesUrl(root, app) }, 'Newest'),
      recent.older === undefined ? null : h('a', { href: changesUrl(root, app, recent.older) }, 'Older'),
    ),
  );
}

const TONES: Readonly<Record<ChangeReport['kind'], Tone>> = { added: 'good', modified: 'calm', deleted: 'bad' };

/** With their causes. `root`: where the applications are linked; `undefined`: all are of one application. */
export function changeList(changes: readonly FoldedChange[], now: number, root: string | undefined): View {
  if (changes.length === 0) return h('p', { class: 'empty' }, 'Nothing changed.');
  return h(
    'ul',
    { class: 'lines changes' },
    changes.map((change) => {
      const { at, app, id, kind, version, cause, copies } = change;
      return h(
        'li',
        { key: `${version} ${app} ${id} ${kind}` },
        badge(TONES[kind], kind),
        root === undefined ? null : h('a', { href: applicationUrl(root, app) }, said(app)),
        copies === undefined ? null : h('span', null, copiesText(copies).trim()),
        h('code', { class: 'id' }, said(id)),
        h('span', { class: 'when' }, at === undefined ? '' : `${clockTime(at)} UTC, `, ago(at, now)),
        h(
          'p',
          { class: 'cause' },
          h('span', null, said(changedText(change))),
          h('span', { class: 'faint' }, ` ${said(cause.reason)} · ${said(cause.object ?? cause.source)}`),
        ),
      );
    }),
  );
}
