import type { Explanation, ExplainedShare } from '../../../shared/api/explain.ts';
import { missedLines } from '../../../shared/api/render-explanation.ts';
import { h, type View } from './element.ts';
import { until } from './moment.ts';
import { askedPercent, shareBar, type Parts } from './share-bar.ts';

/** Who gets the calls: what was asked for, and what the entries achieve. */
export function SharePanel({ explanation, now }: { readonly explanation: Explanation; readonly now: number }): View {
  const { served, share } = explanation;
  const up = served.filter(({ status }) => status === 'UP');
  const kubernetes = up.filter(({ world }) => world === 'kubernetes').length;
  const copies = up.filter(({ copyOf }) => copyOf !== undefined).length;
  const parts: Parts = { kubernetes, copies, registered: up.length - kubernetes - copies };
  const asked = share && (share.schedule?.percent ?? askedPercent(share.asked));
  return h(
    'section',
    { class: 'panel' },
    h('h2', null, 'Who gets the calls'),
    up.length === 0
      ? h('p', { class: 'empty' }, 'Nobody: no entry is UP.')
      : [
          shareBar(parts, asked, label(parts, up.length), 'large'),
          h(
            'p',
            { class: 'key' },
            key('kubernetes', 'Kubernetes', kubernetes, up.length),
            key('registered', 'registered', parts.registered + copies, up.length),
          ),
        ],
    share === undefined ? h('p', { class: 'faint' }, 'Nothing is published from Kubernetes.') : asking(share, now),
  );
}

function key(kind: string, name: string, count: number, all: number): View {
  return h(
    'span',
    { key: kind },
    h('span', { class: `stage ${kind}` }, name),
    ' ',
    h('b', null, `${percent(count, all)}%`),
    h('span', { class: 'faint' }, ` ${count} UP`),
  );
}

function asking(share: ExplainedShare, now: number): View {
  const { asked, achievedPercent, entries, realUp, copies, schedule } = share;
  const missed = missedLines(share);
  return h(
    'dl',
    { class: 'pairs' },
    pair('Asked for', schedule === undefined ? asked : `${schedule.percent}%, by its schedule`),
    pair('Achieved', `${achievedPercent}%`),
    pair(
      'With',
      `${entries} from Kubernetes beside ${realUp} registered${copies === 0 ? '' : ` and ${copies} copies of these`}`,
    ),
    missed.length === 0
      ? null
      : pair(
          'Why not closer',
          missed.map((line) => h('p', { key: line }, line)),
        ),
    schedule === undefined ? null : pair('Schedule', schedule.steps),
    schedule?.next === undefined
      ? null
      : pair('Next step', [`${schedule.next.percent}% `, until(schedule.next.at, now)]),
  );
}

function pair(name: string, value: View): View {
  return h('div', { key: name }, h('dt', null, name), h('dd', null, value));
}

function label({ kubernetes, registered, copies }: Parts, all: number): string {
  return `Kubernetes ${percent(kubernetes, all)}%, registered ${percent(registered + copies, all)}%`;
}

function percent(count: number, all: number): number {
  return all === 0 ? 0 : Math.round((1000 * count) / all) / 10;
}
