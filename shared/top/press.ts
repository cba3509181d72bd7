import type { Key } from './key.ts';
import { wrapped, type Size } from './line.ts';
import { chosenIndex, shownRows, withPlace, type TopState } from './state.ts';
import { VIEW_NAMES, type ViewName } from './view.ts';

/** What a key asks of the program. `ask`: something is shown that the server has to be asked for at once. */
export type Effect = 'none' | 'ask' | 'repaint' | 'quit';

export interface Pressed {
  readonly state: TopState;
  readonly effect: Effect;
}

/** Lines of the screen that are no rows: two above, the names of the columns, and one below. */
const FRAME_LINES = 4;

export function rowCount({ rows }: Size): number {
  return Math.max(0, rows - FRAME_LINES);
}

export function press(before: TopState, key: Key, size: Size): Pressed {
  if (key.kind === 'interrupt') return { state: before, effect: 'quit' };
  const state: TopState = { ...before, message: undefined };
  if (key.kind === 'repaint') return { state, effect: 'repaint' };
  if (state.prompt !== undefined) return pressInPrompt(state, key);
  const letter = key.kind === 'character' ? key.character : undefined;
  if (letter === 'q') return { state, effect: 'quit' };
  if (state.help) return only({ ...state, help: false });
  if (letter === '?') return only({ ...state, help: true });
  if (letter === ':') return only({ ...state, prompt: { kind: 'view', text: '' } });
  const digit = VIEW_NAMES[Number(letter) - 1];
  if (digit !== undefined) return toView(state, digit);
  if (key.kind === 'tab') return toView(state, VIEW_NAMES[(VIEW_NAMES.indexOf(state.view) + 1) % VIEW_NAMES.length]);
  return state.detail === undefined ? pressInList(state, key, size) : pressInDetail(state, key, size);
}

function only(state: TopState): Pressed {
  return { state, effect: 'none' };
}

function toView(state: TopState, view: ViewName = 'applications'): Pressed {
  return { state: { ...state, view, detail: undefined }, effect: 'ask' };
}

function pressInList(state: TopState, key: Key, size: Size): Pressed {
  const { filter } = state.places[state.view];
  const rows = shownRows(state);
  const index = chosenIndex(state, rows);
  const chosen = rows[index];
  if (key.kind === 'enter' && chosen !== undefined) {
    const detail = { key: chosen.key, subject: chosen.subject(), answer: undefined, first: 0 };
    return { state: { ...withPlace(state, { key: chosen.key, index }), detail }, effect: 'ask' };
  }
  if (key.kind === 'character' && key.character === '/')
    return only({ ...state, prompt: { kind: 'filter', before: filter } });
  if (key.kind === 'escape') {
    if (filter !== '') return only(withPlace(state, { filter: '' }));
    return state.view === 'applications' ? only(state) : toView(state);
  }
  const to = moved(index, key, rowCount(size), rows.length - 1);
  return only(to === undefined ? state : withPlace(state, { index: to, key: rows[to]?.key }));
}

function pressInDetail(state: TopState, key: Key, size: Size): Pressed {
  const { detail } = state;
  if (detail === undefined) return only(state);
  if (key.kind === 'escape') return only({ ...state, detail: undefined });
  const last = Math.max(0, detailLines(state, size).length - rowCount(size));
  const to = moved(Math.min(detail.first, last), key, rowCount(size), last);
  return only(to === undefined ? state : { ...state, detail: { ...detail, first: to } });
}

/** What is known of the subject, each line as wide as the screen. */
export function detailLines({ detail }: TopState, { columns }: Size): readonly string[] {
  if (detail === undefined) return [];
  const { subject, answer } = detail;
  const asked = subject.path === undefined ? [] : (answer ?? ['asking the server …']);
  return [...subject.lines, ...asked].flatMap((line) => wrapped(line, columns - 2));
}

/** Where a key moves to, between 0 and `last`; undefined: it is not for moving. */
function moved(from: number, key: Key, page: number, last: number): number | undefined {
  const to = target(from, key, page, last);
  return to === undefined ? undefined : Math.max(0, Math.min(last, to));
}

function target(from: number, key: Key, page: number, last: number): number | undefined {
  switch (key.kind === 'character' ? key.character : key.kind) {
    case 'up':
    case 'k':
      return from - 1;
    case 'down':
    case 'j':
      return from + 1;
    case 'page-up':
      return from - page;
    case 'page-down':
    case ' ':
      return from + page;
    case 'home':
    case 'g':
      return 0;
    case 'end':
    case 'G':
      return last;
    default:
      return undefined;
  }
}

function pressInPrompt(state: TopState, key: Key): Pressed {
  const { prompt } = state;
  if (prompt === undefined) return only(state);
  const closed = { ...state, prompt: undefined };
  const text = prompt.kind === 'filter' ? state.places[state.view].filter : prompt.text;
  const typed = (text: string): Pressed =>
    only(prompt.kind === 'filter' ? withPlace(state, { filter: text }) : { ...state, prompt: { ...prompt, text } });
  if (key.kind === 'character') return typed(text + key.character);
  switch (key.kind) {
    case 'backspace':
      return text === '' ? only(closed) : typed(Array.from(text).slice(0, -1).join(''));
    case 'clear':
      return typed('');
    case 'escape':
      return only(prompt.kind === 'filter' ? withPlace(closed, { filter: prompt.before }) : closed);
    case 'tab':
      return prompt.kind === 'view' ? typed(commandOf(text) ?? text) : only(state);
    case 'enter':
      return prompt.kind === 'view' ? obey(closed, text) : only(closed);
    case 'interrupt':
    case 'repaint':
    case 'up':
    case 'down':
    case 'page-up':
    case 'page-down':
    case 'home':
    case 'end':
      return only(state);
  }
}

const COMMANDS = [...VIEW_NAMES, 'help', 'quit'] as const;
type Command = (typeof COMMANDS)[number];

/** `apps`, as the command of that name; otherwise the one word that begins so. */
function commandOf(text: string): Command | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'apps') return 'applications';
  const found = COMMANDS.filter((command) => word !== '' && command.startsWith(word));
  return found.length === 1 ? found[0] : undefined;
}

function obey(state: TopState, text: string): Pressed {
  if (text.trim() === '') return only(state);
  const command = commandOf(text);
  if (command === undefined)
    return only({ ...state, message: `there is no view "${text.trim()}": ${COMMANDS.join(', ')}` });
  if (command === 'quit') return { state, effect: 'quit' };
  return command === 'help' ? only({ ...state, help: true }) : toView(state, command);
}
