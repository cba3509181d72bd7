import { age, counted, printable } from '../text/printable.ts';
import { placeColumns, placedCells } from './columns.ts';
import { fitted, justified, span, type Line, type Size, type Style } from './line.ts';
import { detailLines, rowCount } from './press.ts';
import { chosenIndex, shownRows, type TopState } from './state.ts';
import { VIEW_NAMES } from './view.ts';
import { VIEWS } from './views.ts';

/** Below this size there is no room for a list. */
const LEAST: Size = { columns: 30, rows: 6 };

const HELP = [
  'up, down, j, k       one row            page up, page down, space   one screen',
  'home, end, g, G      first, last row    ctrl-l                      draw again',
  'enter                what is known of the row: explains an application',
  'esc                  back: to the list, without the filter, to the applications',
  '/                    show only rows that contain each word',
  ':                    another view, by its name or how it begins',
  '1 2 3 4, tab         the same by one key',
  'q, ctrl-c            quit',
  '',
  'REG      entries that are registered        K8S      entries from Kubernetes',
  'HIDDEN   registered, and not served         REFUSED  what became no entry',
  'SHARE    of the calls that Kubernetes shall get, and gets',
  'columns without room are left out, HIDDEN first: a wider terminal has them all',
];

/** What is on the screen: as many lines as it has rows, each as wide as it is. `now` in epoch milliseconds. */
export function screen(state: TopState, size: Size, now: number): readonly Line[] {
  const { columns, rows } = size;
  if (columns < LEAST.columns || rows < LEAST.rows)
    return fill([[span(fitted('too small for a list', columns))]], size);
  const top = [headLine(state, columns), linkLine(state, columns, now)];
  const middle = state.help
    ? [bar(' keys', columns), ...HELP.map((line) => [span(fitted(` ${line}`, columns))])]
    : state.detail === undefined
      ? listLines(state, size)
      : detailView(state, size);
  const above = fill([...top, ...middle], { columns, rows: rows - 1 });
  return [...above, footLine(state, columns)];
}

function fill(lines: readonly Line[], { columns, rows }: Size): readonly Line[] {
  const blank: Line = [span(' '.repeat(columns))];
  return Array.from({ length: rows }, (_, i) => lines[i] ?? blank);
}

function bar(text: string, columns: number): Line {
  return [span(fitted(text, columns), 'bar')];
}

/** Which server it is, and how it is. */
function headLine({ server, sources, view }: TopState, columns: number): Line {
  if (sources === undefined) return [span(fitted(` eurek8s  ${server}`, columns), 'strong')];
  const states = Map.groupBy(sources.sources, ({ state }) => state);
  const counts = [...states].map(([state, each]) => `${each.length} ${state}`).join(', ');
  const holds = sources.sources.reduce((sum, each) => sum + each.holds.length, 0);
  const facts = [
    sources.ready ? 'ready' : `not ready: waits for ${sources.awaited.join(', ')}`,
    `sources: ${counts || 'none'}`,
    ...(holds === 0 ? [] : [`${counted(holds, 'hold')}${view === 'sources' ? '' : ', see :sources'}`]),
  ].map((fact) => printable(fact));
  // That it is not ready is told before which server it is.
  const text = facts.join('  ');
  const right = text.length > columns - 3 ? fitted(text, columns - 3) : text;
  return [span(justified(` eurek8s  ${server}`, `${right} `, columns), 'strong')];
}

/** The views, or why what is shown is old. */
function linkLine(state: TopState, columns: number, now: number): Line {
  const { link, loaded, view } = state;
  if (link.kind === 'live') {
    const names = VIEW_NAMES.map((name, i) => span(` <${i + 1}> ${name} `, name === view ? 'selected' : 'faint'));
    const used = names.reduce((sum, { text }) => sum + text.length, 0);
    return used > columns ? [span(fitted(` ${view}`, columns))] : [...names, span(' '.repeat(columns - used))];
  }
  const at = loaded[view]?.at;
  const shown = at === undefined ? 'nothing to show yet' : `this is ${age(now - at)} old`;
  return [span(fitted(` ${shown}: ${printable(link.reason)}`, columns), 'bad')];
}

function listLines(state: TopState, size: Size): readonly Line[] {
  const { columns } = size;
  const { view, loaded, places } = state;
  const view_ = VIEWS[view];
  const rows = shownRows(state);
  const placed = placeColumns(view_.columns, rows, columns - 2);
  const head = bar(
    ` ${placedCells(
      view_.columns,
      placed,
      view_.columns.map((column) => column.head),
    )}`,
    columns,
  );
  if (rows.length === 0) {
    const none = loaded[view] === undefined ? 'asking the server …' : emptyText(places[view].filter, view_.empty);
    return [head, [span(fitted(` ${none}`, columns), 'faint')]];
  }
  const chosen = chosenIndex(state, rows);
  const height = rowCount(size);
  // The chosen row stays in the middle, where there are rows on both sides.
  const first = Math.max(0, Math.min(chosen - Math.floor(height / 2), rows.length - height));
  const lines = rows.slice(first, first + height).map(({ cells, style }, i): Line => {
    const text = fitted(` ${placedCells(view_.columns, placed, cells)}`, columns);
    return [span(text, first + i === chosen ? 'selected' : style)];
  });
  return [head, ...lines];
}

function emptyText(filter: string, empty: string): string {
  return filter === '' ? empty : `nothing contains "${printable(filter)}": esc shows all`;
}

function detailView(state: TopState, size: Size): readonly Line[] {
  const { detail } = state;
  if (detail === undefined) return [];
  const { columns } = size;
  const all = detailLines(state, size);
  const height = rowCount(size);
  const first = Math.max(0, Math.min(detail.first, all.length - height));
  const below = all.length - first - height;
  const place = below > 0 ? `${below} more below ` : first > 0 ? 'the end ' : '';
  return [
    [span(justified(` ${printable(detail.subject.title)}`, place, columns), 'bar')],
    ...all.slice(first, first + height).map((line): Line => [span(fitted(` ${safe(line)}`, columns))]),
  ];
}

/** The server has made its texts printable, but whatever answers is not believed to be ours. */
function safe(line: string): string {
  return printable(line.replaceAll('\t', '  '));
}

function footLine(state: TopState, columns: number): Line {
  const { prompt, message, view, places, detail } = state;
  const { filter } = places[view];
  if (prompt !== undefined) {
    const [sign, text] = prompt.kind === 'filter' ? ['/', filter] : [':', prompt.text];
    const shown = Array.from(printable(text))
      .slice(3 - columns)
      .join('');
    return [
      span(sign + shown),
      span(' ', 'selected'),
      span(' '.repeat(Math.max(0, columns - 2 - Array.from(shown).length))),
    ];
  }
  if (message !== undefined) return [span(fitted(` ${printable(message)}`, columns), 'warning')];
  const keys =
    detail === undefined ? '/ filter  enter explain  : view  ? help  q quit' : 'esc back  : view  ? help  q quit';
  return [span(justified(` ${countText(state)}`, `${keys} `, columns), styleOfFoot(state))];
}

function countText(state: TopState): string {
  const { view, loaded, places, detail } = state;
  const all = loaded[view]?.rows.length;
  if (all === undefined || detail !== undefined) return '';
  const { filter } = places[view];
  return filter === '' ? String(all) : `${shownRows(state).length} of ${all} with "${printable(filter, 20)}"`;
}

function styleOfFoot({ view, places, detail }: TopState): Style {
  return places[view].filter !== '' && detail === undefined ? 'plain' : 'faint';
}
