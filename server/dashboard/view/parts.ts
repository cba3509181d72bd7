import type { Part } from '../../../shared/dashboard/part.ts';
import { h, type View } from './element.ts';

/** The way through the parts of a long list. */
export function parts({ page, pages }: Pick<Part<unknown>, 'page' | 'pages'>, url: (page: number) => string): View {
  if (pages <= 1) return null;
  const link = (to: number, text: string): View =>
    to < 1 || to > pages ? h('span', { class: 'faint' }, text) : h('a', { href: url(to) }, text);
  return h(
    'nav',
    { class: 'pages', 'aria-label': 'Parts of the list' },
    link(page - 1, 'Back'),
    h('span', null, `${page} of ${pages}`),
    link(page + 1, 'On'),
  );
}
