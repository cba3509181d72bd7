import { age } from '../../../shared/text/printable.ts';
import { h, type View } from './element.ts';
import { atUrl } from './links.ts';
import { numbered } from './number.ts';

const [WIDTH, HEIGHT] = [600, 40];

/** What is remembered, in epoch milliseconds. */
export interface Remembered {
  readonly from: number;
  readonly to: number;
}

/**
 * Where something happened: a bar for each part of what is remembered, which leads to the moment before it, and the times
 * below. `chosen`: the moment that is looked at.
 */
export function picture(
  bars: readonly number[],
  remembered: Remembered,
  chosen: number | undefined,
  root: string,
): View {
  const { from, to } = remembered;
  const length = Math.max(1, to - from);
  const most = Math.max(1, ...bars);
  const all = bars.reduce((sum, count) => sum + count, 0);
  const clock = (ms: number): string => clockText(ms, remembered);
  return h(
    'div',
    { class: 'tempo' },
    h(
      'svg',
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        preserveAspectRatio: 'none',
        role: 'group',
        'aria-label': `${numbered(all, 'change')} in the last ${age(length)}`,
      },
      h('rect', { class: 'ground', x: 0, y: HEIGHT - 1, width: WIDTH, height: 1 }),
      bars.map((count, i) => {
        const begin = from + (length * i) / bars.length;
        return count === 0
          ? null
          : bar(i, bars.length, count / most, begin, `${clock(begin)}: ${numbered(count, 'change')}`, root);
      }),
      chosen === undefined
        ? null
        : h('rect', {
            class: 'chosen',
            x: Math.min(WIDTH - 3, ((chosen - from) / length) * WIDTH),
            y: 0,
            width: 3,
            height: HEIGHT,
          }),
    ),
    h(
      'p',
      { class: 'axis' },
      [from, from + length / 2, to].map((ms) =>
        h('time', { key: String(ms), dateTime: new Date(ms).toISOString() }, clock(ms)),
      ),
    ),
  );
}

/** Keys have the field and the links below it: as many stops as there are bars would be in their way. */
function bar(index: number, count: number, part: number, begin: number, name: string, root: string): View {
  const [width, height] = [WIDTH / count, Math.max(3, HEIGHT * part)];
  const x = index * width;
  return h(
    'a',
    { key: index, href: atUrl(root, new Date(begin).toISOString()), 'aria-label': name, tabIndex: -1 },
    h('title', null, name),
    h('rect', { class: 'all', x, y: 0, width, height: HEIGHT }),
    h('rect', { x, y: HEIGHT - height, width: width * 0.8, height }),
  );
}

/** `14:03:00`, in UTC as every time of the page; with the day where there are several. */
function clockText(ms: number, { from, to }: Remembered): string {
  const [day, time = ''] = new Date(ms).toISOString().slice(0, 19).split('T');
  const isOneDay = new Date(from).toISOString().slice(0, 10) === new Date(to).toISOString().slice(0, 10);
  return isOneDay ? time : `${day} ${time.slice(0, 5)}`;
}
