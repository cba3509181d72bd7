import { heldNames, type HoldReport } from '../../../shared/api/holds.ts';
import type { HoldPage, Frame } from '../../../shared/dashboard/page.ts';
import { h, type View } from './element.ts';
import { applicationUrl, holdUrl } from './links.ts';
import { ago, until } from './moment.ts';
import { number } from './number.ts';
import { holdExtent } from './overview.ts';
import { said, sentence } from './said.ts';

export interface HoldProps {
  readonly frame: Frame;
  readonly page: HoldPage;
  readonly now: number;
}

/** What each decision does is said before it is taken. */
export function HoldView({ frame: { root }, page: { hold }, now }: HoldProps): View {
  const { id, source, what, since, releasesAt, kept } = hold;
  const extent = holdExtent(hold);
  return h(
    'div',
    { class: 'page slim' },
    h('p', { class: 'way' }, h('a', { href: root }, 'Overview'), ' /'),
    h('h1', null, `A removal of ${source} is held`),
    h('p', { class: 'lead' }, sentence(said(what))),
    h(
      'dl',
      { class: 'pairs panel' },
      fact('Held', extent),
      fact('Since', ago(since, now)),
      fact(
        'Removed',
        releasesAt === undefined
          ? kept
            ? 'when somebody releases it'
            : 'when complete lists have confirmed it'
          : [until(releasesAt, now), ' if it is confirmed by then'],
      ),
      fact('Id', h('code', null, said(id))),
    ),
    heldPanel(root, hold),
    h(
      'section',
      { class: 'panel' },
      h('h2', null, 'Release'),
      h(
        'p',
        null,
        `The removal is taken for true: ${extent} leave every list at once, and callers have forgotten them within a minute. What ${source} lists again comes back.`,
      ),
      h('p', null, 'Do this when they are really gone.'),
      command(root, id, 'release', `Release: remove ${said(heldNames(hold))}`, 'danger'),
    ),
    kept
      ? h(
          'section',
          { class: 'panel quiet' },
          h('h2', null, 'Kept'),
          h('p', null, 'Somebody decided to keep it: the entries stay until they are back, or until it is released.'),
        )
      : h(
          'section',
          { class: 'panel' },
          h('h2', null, 'Keep'),
          h(
            'p',
            null,
            'The entries stay as they were, however often the loss is confirmed, until they are back or somebody releases the hold.',
          ),
          h('p', null, 'Do this when the source is wrong, and being mended.'),
          command(root, id, 'keep', 'Keep them', 'calm'),
        ),
    h(
      'p',
      { class: 'faint' },
      'Both need the right ',
      h('code', null, 'operate'),
      ', and are of this replica alone: the others are told by ',
      h('code', null, `eurek8s holds release ${said(id)}`),
      ' or ',
      h('code', null, `eurek8s holds keep ${said(id)}`),
      ' with several --server.',
    ),
  );
}

/** The decision is whether these are really gone, so they have their names here. */
function heldPanel(root: string, { applications, held }: HoldReport): View {
  const more = applications - held.length;
  return h(
    'section',
    { class: 'panel' },
    h('h2', null, 'What is held'),
    h(
      'ul',
      { class: 'lines' },
      held.map(({ name, count, first }) =>
        h(
          'li',
          { key: name },
          h('a', { href: applicationUrl(root, name) }, said(name)),
          h(
            'span',
            { class: 'faint' },
            said(first.join(', ')),
            count > first.length && ` and ${number(count - first.length)} more`,
          ),
        ),
      ),
    ),
    more === 0
      ? null
      : h('p', null, `And ${number(more)} more: `, h('code', null, 'eurek8s diff'), ' lists all of them.'),
  );
}

function command(root: string, id: string, verb: 'release' | 'keep', text: string, tone: string): View {
  return h(
    'form',
    { method: 'post', action: `${holdUrl(root, id)}/${verb}` },
    h('button', { type: 'submit', class: tone }, text),
  );
}

function fact(name: string, value: View): View {
  return h('div', { key: name }, h('dt', null, name), h('dd', null, value));
}
