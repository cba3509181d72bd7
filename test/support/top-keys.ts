import assert from 'node:assert/strict';
import { readKeys } from '../../shared/top/key.ts';
import { press, type Effect } from '../../shared/top/press.ts';
import { chosenIndex, receive, shownRows, type TopState } from '../../shared/top/state.ts';
import {
  application,
  caller,
  callersReport,
  change,
  NOW,
  source,
  sourcesReport,
  typed,
  withApplications,
} from './top-scene.ts';

/** Four rows of a list, or four lines of a text. */
export const SMALL = { columns: 80, rows: 8 };
/** What terminals send. */
export const [UP, DOWN, HOME, END] = ['\u001B[A', '\u001B[B', '\u001B[H', '\u001B[F'];
export const [PAGE_UP, PAGE_DOWN] = ['\u001B[5~', '\u001B[6~'];
export const [ESC, ENTER, TAB, BACKSPACE] = ['\u001B', '\r', '\t', '\u007F'];
export const [CTRL_C, CTRL_L, CTRL_U] = ['\u0003', '\u000C', '\u0015'];

/** Ten applications, A0 to A9; two sources; two changes, of which ORDERS is the newer; one caller. */
export function scene(): TopState {
  const applications = Array.from({ length: 10 }, (_, i) => application(`A${i}`));
  const changes = [change('BILLING', 'b-1'), change('ORDERS', 'o-1', { version: 2 })];
  let state = withApplications(...applications);
  state = receive(state, 'sources', sourcesReport([source('legacy'), source('leases')]), NOW);
  state = receive(state, 'changes', { changes, oldest: undefined }, NOW);
  return receive(state, 'callers', callersReport(caller('10.0.0.1')), NOW);
}

/** Where one is, in words: the view, the chosen row, the filter, and what is open. */
export function where(state: TopState): string {
  const { view, places, prompt, help, detail, message } = state;
  const rows = shownRows(state);
  const parts = [`${view} ${rows[chosenIndex(state, rows)]?.cells[0] ?? 'nothing'}`];
  if (places[view].filter !== '') parts.push(`with "${places[view].filter}"`);
  if (prompt !== undefined) parts.push(prompt.kind === 'filter' ? 'types /' : `types :${prompt.text}`);
  if (help) parts.push('help');
  if (detail !== undefined) parts.push(`reads ${detail.subject.title} from ${detail.first}`);
  if (message !== undefined) parts.push(message);
  return parts.join(', ');
}

/** `before`: what was typed before the key; `effect` is `none` where it is not given. */
export type KeyCase = readonly [before: string, key: string, after: string, effect?: Effect];

/** Presses each key in a terminal of that size, and compares where one is then. */
export function checkKeys(start: TopState, cases: readonly KeyCase[]): void {
  for (const [before, keys, after, effect = 'none'] of cases) {
    const [key = { kind: 'escape' } as const] = readKeys(keys).keys;
    const pressed = press(typed(start, before, SMALL), key, SMALL);
    const name = JSON.stringify(`${before} then ${keys}`);
    assert.equal(where(pressed.state), after, name);
    assert.equal(pressed.effect, effect, name);
  }
}
