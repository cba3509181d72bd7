import type { SourceReport } from '../../../shared/api/sources.ts';
import type { HoldReport } from '../../../shared/api/holds.ts';
import type { Overview, Totals } from '../../../shared/dashboard/overview.ts';
import type { Frame } from '../../../shared/dashboard/page.ts';
import { rowBadge, sourceBadge } from './badge.ts';
import { changeList } from './changes.ts';
import { h, type View } from './element.ts';
import { applicationsUrl, applicationUrl, holdUrl } from './links.ts';
import { ago, until } from './moment.ts';
import { number, numbered } from './number.ts';
import { said } from './said.ts';
import { stageBar, stageKey } from './stage-bar.ts';

export interface OverviewProps {
  readonly frame: Frame;
  readonly overview: Overview;
  readonly now: number;
}

export function OverviewView({ frame, overview, now }: OverviewProps): View {
  const { sources, totals, recent } = overview;
  const { root } = frame;
  const holds = sources.sources.flatMap((source) => source.holds);
  return h(
    'div',
    { class: 'page' },
    h('h1', { class: 'unseen' }, 'Overview'),
    verdict(overview),
    holds.length === 0 ? null : holdsPanel(holds, root, now),
    totals === undefined ? null : tiles(totals, root),
    h(
      'div',
      { class: 'columns' },
      h(
        'section',
        { class: 'panel' },
        h('h2', null, 'Sources'),
        sources.sources.map((source) => sourceCard(source, now)),
      ),
      h(
        'div',
        { class: 'stack' },
        totals === undefined ? null : attention(totals, root),
        h('section', { class: 'panel' }, h('h2', null, 'Last changes'), changeList(recent, now, root)),
      ),
    ),
  );
}

/** One sentence that says how it is. */
function verdict({ sources, totals }: Overview): View {
  const say = (tone: string, title: string, text: string): View =>
    h('section', { class: `verdict ${tone}` }, h('p', { class: 'title' }, title), h('p', null, text));
  if (totals === undefined)
    return say(
      'bad',
      'Clients get 503',
      sources.awaited.length === 0
        ? 'The first view of the registry is being put together.'
        : `Nothing is served before the first complete view of ${sources.awaited.join(', ')} is there: a part of a registry would make callers drop the rest. Callers keep what they have.`,
    );
  const away = sources.sources.filter(({ state, restored }) => state !== 'synced' || restored === true);
  const held = sources.sources.reduce((sum, { holds }) => sum + holds.length, 0);
  if (held > 0)
    return say(
      'warn',
      held === 1 ? 'A mass removal is held' : `${held} mass removals are held`,
      'Their entries are still served as they were. Somebody should look at it.',
    );
  if (away.length > 0)
    return say(
      'warn',
      `${away.map(({ id }) => id).join(', ')} ${away.length === 1 ? 'is' : 'are'} not up to date`,
      'What is last known of it is still served; nothing is removed because it does not answer.',
    );
  return say(
    'good',
    'Everything is up to date',
    `${numbered(totals.applications, 'application')} from ${numbered(sources.sources.length, 'source')}, version ${totals.version}.`,
  );
}

function tiles({ applications, entries, up, stages, attention: troubled }: Totals, root: string): View {
  return h(
    'section',
    { class: 'tiles', 'aria-label': 'In numbers' },
    h(
      'a',
      { class: 'tile', href: applicationsUrl(root) },
      h('strong', null, number(applications)),
      h('span', null, 'applications'),
    ),
    h('div', { class: 'tile' }, h('strong', null, number(up)), h('span', null, `of ${number(entries)} entries up`)),
    h(
      'a',
      { class: `tile${troubled > 0 ? ' warn' : ''}`, href: applicationsUrl(root, { status: 'attention' }) },
      h('strong', null, number(troubled)),
      h('span', null, troubled === 1 ? 'needs attention' : 'need attention'),
    ),
    h(
      'div',
      { class: 'tile grow' },
      h('span', { class: 'label' }, 'On the way to Kubernetes'),
      stageBar(stages, applications),
      stageKey(stages, (stage) => applicationsUrl(root, { stage })),
    ),
  );
}

function sourceCard(source: SourceReport, now: number): View {
  const { id, world, required, lastSuccess, lastError, detail } = source;
  const facts = Object.entries(detail);
  return h(
    'article',
    { class: `source ${source.state}`, key: id },
    h('h3', null, id, ' ', h('small', null, world === 'legacy' ? 'registrations' : 'Kubernetes')),
    h(
      'p',
      { class: 'facts' },
      sourceBadge(source),
      h('span', null, 'heard from ', ago(lastSuccess, now)),
      required ? null : h('span', { class: 'faint' }, 'not required'),
    ),
    lastError === undefined ? null : h('p', { class: 'error' }, said(lastError)),
    facts.length === 0
      ? null
      : h(
          'details',
          null,
          h('summary', null, 'Details'),
          h(
            'dl',
            null,
            facts.map(([key, value]) => h('div', { key }, h('dt', null, key), h('dd', null, said(String(value))))),
          ),
        ),
  );
}

function holdsPanel(holds: readonly HoldReport[], root: string, now: number): View {
  return h(
    'section',
    { class: 'panel holds', 'aria-label': 'Held removals' },
    holds.map((hold) =>
      h(
        'article',
        { class: 'hold', key: hold.id },
        h(
          'div',
          null,
          h('h2', null, `${hold.source}: ${holdExtent(hold)} held`),
          h('p', null, hold.what),
          h(
            'p',
            { class: 'faint' },
            'since ',
            ago(hold.since, now),
            hold.releasesAt === undefined
              ? '; kept until somebody releases it'
              : ['; let through ', until(hold.releasesAt, now), ' if it is confirmed'],
          ),
        ),
        h('a', { class: 'button', href: holdUrl(root, hold.id) }, 'Look and decide'),
      ),
    ),
  );
}

export function holdExtent({ counted: kind, instances, instancesBefore, applications }: HoldReport): string {
  const plural = kind === 'instance' ? 'instances' : 'Ingresses';
  return `${number(instances)} of ${number(instancesBefore)} ${plural} of ${numbered(applications, 'application')}`;
}

function attention({ attention: troubled, first }: Totals, root: string): View {
  return h(
    'section',
    { class: 'panel' },
    h('h2', null, 'Needs attention'),
    troubled === 0
      ? h('p', { class: 'empty' }, 'Every known entry is served and UP.')
      : h(
          'ul',
          { class: 'lines' },
          first.map((row) =>
            h(
              'li',
              { key: row.name },
              h('a', { href: applicationUrl(root, row.name) }, said(row.name)),
              rowBadge(row),
              row.refused === 0 ? null : h('span', { class: 'faint' }, `${row.refused} not served`),
            ),
          ),
        ),
    troubled > first.length
      ? h('p', null, h('a', { href: applicationsUrl(root, { status: 'attention' }) }, `All ${number(troubled)}`))
      : null,
  );
}
