import { STAGES } from '../../../shared/api/stage.ts';
import { readRowView, STATUS_CHOICES, type RowView } from '../../../shared/dashboard/row-view.ts';
import { stageName } from './badge.ts';
import { h, type View } from './element.ts';
import { applicationsUrl } from './links.ts';
import { searchField } from './search-field.ts';

export interface RowFilterProps {
  readonly root: string;
  readonly view: RowView;
  readonly sources: readonly string[];
  readonly change: (view: RowView) => void;
  /** The form is sent to the server, as the rows are not all here. */
  readonly isSent: boolean;
}

/** Search and choices. The form is what the query of the page says, with or without JavaScript. */
export function rowFilter({ root, view, sources, change, isSent }: RowFilterProps): View {
  const { text, stage, status, source, sort, descending } = view;
  const read = (event: Event): void => {
    const form = (event.currentTarget as HTMLElement).closest('form');
    if (form === null) return;
    const given = new FormData(form);
    change(
      readRowView((name) => {
        const value = given.get(name);
        return typeof value === 'string' ? value : undefined;
      }),
    );
  };
  const follow = { onInput: read };
  const choice = (
    name: string,
    label: string,
    value: string | undefined,
    options: readonly (readonly [string, string])[],
  ): View =>
    h(
      'label',
      null,
      h('span', null, label),
      h(
        'select',
        { name, ...follow },
        h('option', { value: '', selected: value === undefined }, 'all'),
        options.map(([each, shown]) => h('option', { key: each, value: each, selected: value === each }, shown)),
      ),
    );
  return h(
    'form',
    {
      class: 'filter',
      role: 'search',
      method: 'get',
      action: applicationsUrl(root),
      onSubmit: (event: Event) => {
        if (!isSent) event.preventDefault();
      },
    },
    searchField('part of a name', { value: text, ...follow }),
    choice(
      'stage',
      'Stage',
      stage,
      STAGES.map((each) => [each, stageName(each)] as const),
    ),
    choice(
      'status',
      'Status',
      status,
      STATUS_CHOICES.map((each) => [each, statusName(each)] as const),
    ),
    choice(
      'source',
      'Source',
      source,
      sources.map((each) => [each, each] as const),
    ),
    h('input', { type: 'hidden', name: 'sort', value: `${descending ? '-' : ''}${sort}` }),
    isSent ? h('button', { type: 'submit' }, 'Show') : null,
  );
}

function statusName(status: (typeof STATUS_CHOICES)[number]): string {
  if (status === 'attention') return 'needs attention';
  return status === 'NONE' ? 'nothing served' : status.toLowerCase().replaceAll('_', ' ');
}
