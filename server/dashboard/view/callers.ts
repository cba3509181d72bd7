import { CALLER_CHOICES, type CallerChoice } from '../../../shared/dashboard/caller-view.ts';
import type { CallersPage, Frame } from '../../../shared/dashboard/page.ts';
import { callMapView } from './call-map.ts';
import { callerTable } from './caller-table.ts';
import { h, type View } from './element.ts';
import { callersUrl } from './links.ts';
import { ago } from './moment.ts';
import { number, numbered } from './number.ts';
import { parts } from './parts.ts';
import { said } from './said.ts';
import { searchForm } from './search-form.ts';

export interface CallersProps {
  readonly frame: Frame;
  readonly page: CallersPage;
  readonly now: number;
}

export function CallersView({ frame: { root }, page, now }: CallersProps): View {
  const { view, rows, matching, total, observer, forgotten, map } = page;
  return h(
    'div',
    { class: 'page' },
    h(
      'div',
      { class: 'heading' },
      h('h1', null, view.app === undefined ? 'Callers' : `Callers of ${said(view.app)}`),
      h(
        'p',
        { class: 'faint' },
        `${matching === total ? '' : `${number(matching)} of `}${number(total)} seen by ${said(observer.name)} in the last `,
        ago(observer.since, now, '', ''),
        '.',
      ),
    ),
    view.app === undefined
      ? null
      : h(
          'p',
          { class: 'prose' },
          'Those that look it up by its name. Whoever reads the whole registry may call it as well. ',
          h('a', { href: callersUrl(root) }, 'All callers'),
        ),
    forgotten === 0
      ? null
      : h(
          'p',
          { class: 'notice' },
          `${numbered(forgotten, 'time')} a caller was not kept, because there were too many. Behind a balancer, name it in listen.trustedProxies.`,
        ),
    total === 0
      ? null
      : searchForm({
          action: callersUrl(root),
          text: view.text,
          placeholder: 'application, address, client, or a name that is looked up',
          kept: { does: view.does, app: view.app },
        }),
    total === 0 ? null : choices(page, root),
    rows.length === 0
      ? empty(total, root)
      : [
          h('section', { class: 'panel', key: 'map' }, h('h2', null, 'Who asks for what'), callMapView(map, root)),
          h('section', { class: 'panel', key: 'rows' }, h('h2', null, 'One by one'), callerTable(rows, root, now)),
        ],
    parts(page, (to) => callersUrl(root, view, to)),
    h(
      'p',
      { class: 'faint prose' },
      'Each replica knows what came to it. ',
      h('a', { href: `${root}eurek8s/callers` }, 'The same as JSON'),
    ),
  );
}

const CHOICE_NAMES: Readonly<Record<CallerChoice, string>> = {
  whole: 'read the whole registry',
  names: 'look names up',
  registers: 'register or renew',
  xml: 'read XML',
  compact: 'read compact',
  unknown: 'of no known application',
};

function choices({ view, seen: { all, counts } }: CallersPage, root: string): View {
  const link = (does: CallerChoice | undefined, text: string, count: number): View =>
    h(
      'a',
      { key: text, href: callersUrl(root, { ...view, does }), ...(view.does === does && { 'aria-current': 'true' }) },
      text,
      ' ',
      h('b', null, number(count)),
    );
  return h(
    'nav',
    { class: 'choices', 'aria-label': 'What they do' },
    link(undefined, 'all', all),
    CALLER_CHOICES.map((each) => link(each, CHOICE_NAMES[each], counts[each])),
  );
}

function empty(total: number, root: string): View {
  return total === 0
    ? h(
        'div',
        { class: 'nothing' },
        h('p', { class: 'title' }, 'Nobody has asked yet'),
        h(
          'p',
          null,
          'Whoever reads the registry or registers at this replica is here from then on. Point a client at ',
          h('code', null, '/eureka'),
          '.',
        ),
      )
    : h(
        'div',
        { class: 'nothing' },
        h('p', { class: 'title' }, 'No caller is like that'),
        h('p', null, h('a', { href: callersUrl(root) }, 'Show all')),
      );
}
