import type { AtPage } from '../../../shared/dashboard/page.ts';
import { age } from '../../../shared/text/printable.ts';
import { picture } from './at-picture.ts';
import { h, type View } from './element.ts';
import { atUrl } from './links.ts';

/** Milliseconds back that are offered as links. */
const STEPS_BACK = [60_000, 300_000, 900_000, 1_800_000, 3_600_000] as const;

/** A moment is picked by its time or by a link; the picture shows where something happened. */
export function momentForm({ asked, oldest, newest, bars, look }: AtPage, root: string): View {
  if (oldest === undefined) return null;
  const [from, to] = [Date.parse(oldest), Date.parse(newest)];
  const back = STEPS_BACK.filter((ms) => to - ms >= from);
  return h(
    'section',
    { class: 'panel' },
    picture(bars, { from, to }, look === undefined ? undefined : Date.parse(look.at), root),
    h(
      'form',
      { class: 'filter', method: 'get', action: `${root}dashboard/at` },
      h(
        'label',
        null,
        h('span', null, 'Moment (UTC)'),
        h('input', {
          type: 'datetime-local',
          name: 'time',
          step: 1,
          required: true,
          min: ofForm(from + 999),
          max: ofForm(to),
          defaultValue:
            look === undefined
              ? asked === ''
                ? ofForm(Math.max(from + 999, to - 300_000))
                : ''
              : ofForm(Date.parse(look.at)),
        }),
      ),
      h('button', { type: 'submit' }, 'Look'),
      h(
        'span',
        { class: 'choices' },
        back.map((ms) => h('a', { key: ms, href: atUrl(root, new Date(to - ms).toISOString()) }, `${age(ms)} ago`)),
        h('a', { key: 'oldest', href: atUrl(root, oldest) }, 'as far back as it goes'),
      ),
    ),
  );
}

/** `2026-03-01T14:03:00`, as the field takes it. */
function ofForm(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
