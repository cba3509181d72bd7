import { h, type View } from './element.ts';
import { searchField } from './search-field.ts';

export interface SearchFormProps {
  readonly action: string;
  readonly text: string;
  readonly placeholder: string;
  /** What else the query of the page says, and shall go on to say. */
  readonly kept: Readonly<Record<string, string | undefined>>;
}

/** A search that the server answers. What is typed stays while the page is told news. */
export function searchForm({ action, text, placeholder, kept }: SearchFormProps): View {
  return h(
    'form',
    { class: 'filter', role: 'search', method: 'get', action },
    searchField(placeholder, { defaultValue: text }),
    Object.entries(kept).map(([name, value]) =>
      value === undefined ? null : h('input', { type: 'hidden', key: name, name, value }),
    ),
    h('button', { type: 'submit' }, 'Show'),
  );
}
