import type { Explanation } from '../../../shared/api/explain.ts';
import { zonesOf, zoneView, type Choice } from '../../../shared/dashboard/zone-view.ts';
import { h, type View } from './element.ts';
import { applicationUrl } from './links.ts';
import { numbered } from './number.ts';
import { said } from './said.ts';

const MAX_CHOICES = 12;

export interface ZonePanelProps {
  readonly root: string;
  readonly explanation: Explanation;
  readonly zone: string | undefined;
}

/** What a caller in one zone chooses among. */
export function ZonePanel({ root, explanation: { app, served, callers }, zone }: ZonePanelProps): View {
  const zones = zonesOf(served);
  const view = zoneView(served, zone);
  const url = applicationUrl(root, app);
  const link = (to: string | undefined, text: string): View =>
    h(
      'a',
      {
        key: text,
        href: to === undefined ? url : `${url}?zone=${encodeURIComponent(to.toWellFormed())}`,
        ...(to === zone && { 'aria-current': 'true' }),
      },
      text,
    );
  return h(
    'section',
    { class: 'panel' },
    h('h2', null, 'What a caller sees'),
    zones.length === 0
      ? null
      : h(
          'p',
          { class: 'choices' },
          link(undefined, 'keeps to no zone'),
          zones.map((each) => link(each, said(each))),
        ),
    view.up === 0
      ? h('p', { class: 'empty' }, 'Nobody to call.')
      : h(
          'ul',
          { class: 'lines' },
          view.choices.slice(0, MAX_CHOICES).map(choice),
          view.choices.length > MAX_CHOICES
            ? h(
                'li',
                { class: 'faint', key: 'more' },
                `and ${numbered(view.choices.length - MAX_CHOICES, 'more address', 'more addresses')}`,
              )
            : null,
        ),
    h('p', { class: 'faint' }, explained(zone, view.fallsBack, view.kubernetesPercent)),
    callers.hints.map((hint) => h('p', { class: 'notice', key: hint }, said(hint))),
  );
}

function choice({ host, ports, world, entries, percent }: Choice): View {
  return h(
    'li',
    { key: `${world} ${host} ${ports}` },
    h('b', { class: 'percent' }, `${percent}%`),
    h('span', { class: `world ${world}` }, said(host)),
    h('span', { class: 'faint' }, `${ports}${entries === 1 ? '' : ` · ${entries} entries`}`),
  );
}

function explained(zone: string | undefined, fallsBack: boolean, kubernetes: number): string {
  const share = `Kubernetes gets ${kubernetes}% of its calls.`;
  if (zone === undefined) return share;
  return fallsBack
    ? `Nothing is UP in this zone, so a caller that keeps to it takes all zones. ${share}`
    : `A caller that keeps to its zone (Ribbon's zone filter, Spring's zone preference). ${share}`;
}
