import type { SourceReport } from '../../../shared/api/sources.ts';
import { heldNames, type HoldReport } from '../../../shared/api/holds.ts';
import type { Overview, Totals } from '../../../shared/dashboard/overview.ts';
import type { Frame } from '../../../shared/dashboard/page.ts';
import { ATTENTION, attentionCount, attentionPanel } from './attention.ts';
import { sourceBadge } from './badge.ts';
import { changeList } from './changes.ts';
import { h, type View } from './element.ts';
import { applicationsUrl, holdUrl } from './links.ts';
import { ago, until } from './moment.ts';
import { number, numbered } from './number.ts';
import { said } from './said.ts';
import { stageBar, stageKey } from './stage-bar.ts';
import { verdict } from './verdict.ts';

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
    totals === undefined ? null : tiles(totals, attentionCount(totals, sources), root),
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
        totals === undefined ? null : attentionPanel(totals, sources, root),
        h('section', { class: 'panel' }, h('h2', null, 'Last changes'), changeList(recent, now, root)),
      ),
    ),
  );
}

function tiles({ applications, entries, up, stages }: Totals, troubled: number, root: string): View {
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
      { class: `tile${troubled > 0 ? ' warn' : ''}`, href: `#${ATTENTION}` },
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
          h('p', null, said(heldNames(hold))),
          h('p', null, said(hold.what)),
          h(
            'p',
            { class: 'faint' },
            'since ',
            ago(hold.since, now),
            hold.releasesAt === undefined
              ? hold.kept
                ? '; kept until somebody releases it'
                : '; removed when complete lists have confirmed it'
              : ['; removed ', until(hold.releasesAt, now), ' if it is confirmed'],
          ),
        ),
        h('a', { class: 'button', href: holdUrl(root, hold.id) }, hold.kept ? 'Look at it' : 'Look and decide'),
      ),
    ),
  );
}

export function holdExtent({ counted: kind, instances, instancesBefore, applications }: HoldReport): string {
  const plural = kind === 'instance' ? 'instances' : 'Ingresses';
  return `${number(instances)} of ${number(instancesBefore)} ${plural} of ${numbered(applications, 'application')}`;
}
