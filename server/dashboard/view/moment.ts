import { age } from '../../../shared/text/printable.ts';
import { h, type View } from './element.ts';

/** How long ago a moment was. `at`: RFC 3339; `now` in epoch milliseconds of the server. */
export function ago(at: string | undefined, now: number, before = '', after = ' ago'): View {
  if (at === undefined) return h('span', { class: 'faint' }, 'never');
  const shown = at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  return h('time', { dateTime: at, title: shown }, ageText(now - Date.parse(at), before, after));
}

/** A moment as it is written. */
export function moment(at: string): View {
  return h('time', { dateTime: at }, at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'));
}

/** A moment to come. */
export function until(at: string, now: number): View {
  const left = Date.parse(at) - now;
  const shown = at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  return h('time', { dateTime: at, title: shown }, left > 0 ? `in ${age(left)}` : 'now');
}

/** Fractions of a second are of no interest, and clocks of two machines are not that close. */
function ageText(ms: number, before: string, after: string): string {
  if (ms >= 1000) return `${before}${age(ms)}${after}`;
  return after === '' ? '0 s' : 'just now';
}
