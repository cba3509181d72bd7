import { STAGES, type Stage } from '../../../shared/api/stage.ts';
import { stageMark, stageName } from './badge.ts';
import { h, type View } from './element.ts';
import { number } from './number.ts';

type Stages = Readonly<Record<Stage, number>>;

const FROM_THE_LEFT: readonly Stage[] = ['kubernetes-only', 'dual', 'legacy-only', 'none'];

/** How many of `all` applications are in which stage, as one bar. */
export function stageBar(stages: Stages, all: number): View {
  let from = 0;
  const label = STAGES.filter((stage) => stages[stage] > 0)
    .map((stage) => `${stages[stage]} ${stageName(stage)}`)
    .join(', ');
  return h(
    'svg',
    { class: 'share large', viewBox: '0 0 100 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    h('rect', { class: 'none', x: 0, y: 0, width: 100, height: 10 }),
    FROM_THE_LEFT.map((stage) => {
      const width = all === 0 ? 0 : (100 * stages[stage]) / all;
      const rect = h('rect', { class: stage, x: from, y: 0, width, height: 10, key: stage });
      from += width;
      return rect;
    }),
  );
}

/** The numbers of the bar. `url`: where the applications of a stage are. */
export function stageKey(stages: Stages, url: (stage: Stage) => string): View {
  const shown = FROM_THE_LEFT.filter((stage) => stage !== 'none' || stages.none > 0);
  return h(
    'p',
    { class: 'key' },
    shown.map((stage) =>
      h('a', { key: stage, href: url(stage) }, stageMark(stage), ' ', h('b', null, number(stages[stage]))),
    ),
  );
}
