import { h, type View } from './element.ts';

/** The search of a form, `q` in its query. `value`: how it is filled in, and what follows its input. */
export function searchField(placeholder: string, value: Readonly<Record<string, unknown>>): View {
  return h(
    'label',
    { class: 'search' },
    h('span', null, 'Search'),
    h('input', { type: 'search', id: 'q', name: 'q', placeholder, autocomplete: 'off', spellcheck: false, ...value }),
  );
}
