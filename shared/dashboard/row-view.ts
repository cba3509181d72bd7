import { STAGES, APPLICATION_STATUSES, type ApplicationStatus, type Stage } from '../api/stage.ts';
import { byText } from '../model/order.ts';
import { entriesOf, needsAttention, type Row } from './row.ts';

/** `attention`: whatever needs somebody to look at it. */
export const STATUS_CHOICES = ['attention', ...APPLICATION_STATUSES] as const;
export type StatusChoice = 'attention' | ApplicationStatus;

export const SORT_KEYS = ['name', 'stage', 'status', 'registered', 'kubernetes', 'up', 'share', 'refused'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Which rows of the list are looked at, and in which order. `undefined`: all. It is what the query of the page says. */
export interface RowView {
  readonly text: string;
  readonly stage: Stage | undefined;
  readonly status: StatusChoice | undefined;
  readonly source: string | undefined;
  readonly sort: SortKey;
  readonly descending: boolean;
}

export const WHOLE_LIST: RowView = {
  text: '',
  stage: undefined,
  status: undefined,
  source: undefined,
  sort: 'name',
  descending: false,
};

/** What cannot be read counts as not given. */
export function readRowView(query: (name: string) => string | undefined): RowView {
  const sort = query('sort') ?? '';
  const descending = sort.startsWith('-');
  const source = query('source') ?? '';
  return {
    text: query('q') ?? '',
    stage: STAGES.find((each) => each === query('stage')),
    status: STATUS_CHOICES.find((each) => each === query('status')),
    source: source === '' ? undefined : source,
    sort: SORT_KEYS.find((each) => each === sort.replace(/^-/, '')) ?? 'name',
    descending,
  };
}

/** The query that `readRowView` reads, with `?`; empty for the whole list. */
export function queryOf({ text, stage, status, source, sort, descending }: RowView, page = 1): string {
  const query = new URLSearchParams();
  if (text !== '') query.set('q', text);
  if (stage !== undefined) query.set('stage', stage);
  if (status !== undefined) query.set('status', status);
  if (source !== undefined) query.set('source', source);
  if (sort !== 'name' || descending) query.set('sort', `${descending ? '-' : ''}${sort}`);
  if (page > 1) query.set('page', String(page));
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}

/** The order after a click on a column: numbers begin with the largest, and a second click turns it round. */
export function sortedBy(view: RowView, key: SortKey): RowView {
  const natural = key === 'name' || key === 'stage' || key === 'status';
  return { ...view, sort: key, descending: view.sort === key ? !view.descending : !natural };
}

export function isFiltered({ text, stage, status, source }: RowView): boolean {
  return text !== '' || stage !== undefined || status !== undefined || source !== undefined;
}

/** `rows` in the order of their names. Rows that the order does not tell apart stay in it. */
export function look(rows: readonly Row[], view: RowView): readonly Row[] {
  const words = view.text.toUpperCase().split(/\s+/).filter(Boolean);
  const { stage, status, source } = view;
  const chosen = rows.filter(
    (row) =>
      words.every((word) => row.name.includes(word)) &&
      (stage === undefined || row.stage === stage) &&
      (status === undefined || (status === 'attention' ? needsAttention(row) : row.status === status)) &&
      (source === undefined || row.sources.includes(source)),
  );
  const turn = view.descending ? -1 : 1;
  const compare = COMPARE[view.sort];
  return chosen.sort((a, b) => turn * compare(a, b) || byText(a.name, b.name));
}

const COMPARE: Readonly<Record<SortKey, (a: Row, b: Row) => number>> = {
  name: (a, b) => byText(a.name, b.name),
  stage: (a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage),
  status: (a, b) => trouble(a) - trouble(b),
  registered: (a, b) => a.legacy - b.legacy,
  kubernetes: (a, b) => a.kubernetes - b.kubernetes,
  up: (a, b) => a.up - b.up,
  share: (a, b) => (a.share?.achievedPercent ?? -1) - (b.share?.achievedPercent ?? -1),
  refused: (a, b) => a.refused + a.hidden - b.refused - b.hidden,
};

/** What is worst off comes first. */
function trouble(row: Row): number {
  const entries = entriesOf(row);
  return entries === 0 ? -1 : row.up / entries;
}
