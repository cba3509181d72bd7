import { namesakeText } from '../../../shared/api/namesakes.ts';
import type { Explanation } from '../../../shared/api/explain.ts';
import { entriesFrom } from '../../../shared/api/render-explanation.ts';
import { troubleLine } from '../../../shared/api/source-troubles.ts';
import type { ApplicationPage, Frame } from '../../../shared/dashboard/page.ts';
import { statusBadge } from './badge.ts';
import { changeList } from './changes.ts';
import { h, part, type View } from './element.ts';
import { entryTable, hiddenTable, refusalList } from './entries.ts';
import { applicationsUrl, applicationUrl, callersUrl, changesUrl, holdUrl, segment } from './links.ts';
import { numbered } from './number.ts';
import { ended, said, sentence } from './said.ts';
import { SharePanel } from './share-panel.ts';
import { ZonePanel } from './zone-panel.ts';

export interface ApplicationProps {
  readonly frame: Frame;
  readonly page: ApplicationPage;
  readonly now: number;
}

export function ApplicationView({ frame: { root }, page, now }: ApplicationProps): View {
  const { explanation, changes, zone, shown } = page;
  const { app, served, hidden, refused, namesakes, callers } = explanation;
  const all = applicationUrl(root, app);
  return h(
    'div',
    { class: 'page' },
    h('p', { class: 'way' }, h('a', { href: applicationsUrl(root) }, 'Applications'), ' /'),
    h('div', { class: 'heading' }, h('h1', null, said(app)), statusLine(explanation)),
    h('p', { class: 'lead' }, sentence(callers.summary), ' ', h('span', { class: 'faint' }, sentence(callers.timing))),
    holdNotices(explanation, root),
    troubleNotices(explanation),
    namesakes.map((each) =>
      h(
        'p',
        { key: each.object },
        ended(said(namesakeText(each))),
        ' ',
        h('a', { href: applicationUrl(root, each.app) }, `Look at ${said(each.app)}`),
      ),
    ),
    h(
      'div',
      { class: 'columns even' },
      part(SharePanel, { explanation, now }),
      part(ZonePanel, { root, explanation, zone }),
    ),
    h(
      'section',
      { class: 'panel' },
      h('h2', null, 'Served ', h('small', null, numbered(served.length, 'entry', 'entries'))),
      served.length === 0
        ? h('p', { class: 'empty' }, 'Nothing of it is served. What keeps its candidates back stands below.')
        : entryTable(served.slice(0, shown), now),
      more(served.length, shown, all),
    ),
    refused.length === 0
      ? null
      : h(
          'section',
          { class: 'panel' },
          h('h2', null, 'Candidates that are not served ', h('small', null, String(refused.length))),
          refusalList(refused.slice(0, shown), now),
        ),
    hidden.length === 0
      ? null
      : h(
          'section',
          { class: 'panel' },
          h('h2', null, 'Hidden ', h('small', null, numbered(hidden.length, 'entry', 'entries'))),
          hiddenTable(hidden.slice(0, shown), now),
          more(hidden.length, shown, all),
        ),
    h(
      'section',
      { class: 'panel' },
      h('h2', null, 'Last changes'),
      changeList(changes, now, undefined),
      changes.length === 0 ? null : h('p', { class: 'more' }, h('a', { href: changesUrl(root, app) }, 'More changes')),
    ),
    background(explanation, root),
  );
}

function statusLine({ served, policy }: Explanation): View {
  const counts = new Map<(typeof served)[number]['status'], number>();
  for (const { status } of served) counts.set(status, (counts.get(status) ?? 0) + 1);
  const shown = [...counts].map(([status, count]) =>
    h('span', { key: status, class: 'counted' }, h('b', null, String(count)), statusBadge(status)),
  );
  return h(
    'p',
    { class: 'facts' },
    shown.length === 0 ? statusBadge('NONE') : shown,
    policy === 'both' ? null : h('span', { class: 'faint' }, `policy ${policy}`),
  );
}

function holdNotices({ holds }: Explanation, root: string): View {
  return holds.map(({ id, source, entries }) =>
    h(
      'section',
      { class: 'verdict warn', key: id },
      h('p', { class: 'title' }, `${numbered(entries, 'entry', 'entries')} only because of a hold`),
      h(
        'p',
        null,
        `${source} does not list ${entries === 1 ? 'it' : 'them'} any more, as part of a mass removal that is held. `,
        h('a', { href: holdUrl(root, id) }, 'Look and decide'),
      ),
    ),
  );
}

/** Sources out of reach: what is seen here of them may be old, and what they have may be missing. */
function troubleNotices(explanation: Explanation): View {
  return explanation.troubles.map((each) =>
    h(
      'section',
      { class: 'verdict warn', key: each.source },
      h(
        'p',
        { class: 'title' },
        `${each.source} ${each.trouble === 'erring' ? 'reports errors' : 'is not up to date'}`,
      ),
      h('p', null, sentence(said(troubleLine(each, entriesFrom(each.source, explanation))))),
    ),
  );
}

/** What is inherited, whether the legacy has it too, and the same as data. */
function background({ app, inheritance, publishing }: Explanation, root: string): View {
  return h(
    'section',
    { class: 'panel quiet' },
    h('h2', null, 'Background'),
    inheritance === undefined ? null : h('p', null, sentence(said(inheritance.text))),
    publishing === undefined
      ? null
      : h(
          'p',
          null,
          `Published in the legacy: ${publishing.published.length} of ${numbered(publishing.entries, 'entry', 'entries')}.`,
        ),
    h(
      'p',
      null,
      h('a', { href: `${root}eurek8s/explain/${segment(app)}` }, 'This explanation as JSON'),
      ' · ',
      h('a', { href: `${root}eureka/apps/${segment(app)}` }, 'What clients get'),
      ' · ',
      h('a', { href: callersUrl(root, { app }) }, 'Who looks it up'),
    ),
  );
}

function more(count: number, shown: number, url: string): View {
  if (count <= shown) return null;
  return h(
    'p',
    { class: 'more' },
    `The first ${shown} of ${count}. `,
    h('a', { href: `${url}?entries=all` }, 'Show all'),
  );
}
