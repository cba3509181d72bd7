import type { SourcesReport } from '../api/sources.ts';
import type { Row, Subject, ViewName } from './view.ts';
import { rowsOf, type Documents } from './views.ts';

/** The rows of a view, and when they were asked for, in epoch milliseconds. */
export interface Loaded {
  readonly rows: readonly Row[];
  readonly at: number;
}

/** Where one is in a view. */
export interface Place {
  readonly filter: string;
  readonly key: string | undefined;
  /** Where the row was, for when it is gone. */
  readonly index: number;
}

/** What is shown of one row. */
export interface Detail {
  readonly key: string;
  readonly subject: Subject;
  /** The answer to the path of the subject; undefined: there is none yet. */
  readonly answer: readonly string[] | undefined;
  /** The first line on the screen. */
  readonly first: number;
}

export type Prompt =
  { readonly kind: 'filter'; readonly before: string } | { readonly kind: 'view'; readonly text: string };

/** Whether the server answers. */
export type Link = { readonly kind: 'live' } | { readonly kind: 'away' | 'refused'; readonly reason: string };

export interface TopState {
  readonly server: string;
  readonly link: Link;
  readonly sources: SourcesReport | undefined;
  readonly view: ViewName;
  readonly places: Readonly<Record<ViewName, Place>>;
  readonly loaded: Partial<Readonly<Record<ViewName, Loaded>>>;
  readonly detail: Detail | undefined;
  readonly prompt: Prompt | undefined;
  readonly help: boolean;
  /** What to say about the last key. */
  readonly message: string | undefined;
}

const START: Place = { filter: '', key: undefined, index: 0 };

export function initialState(server: string): TopState {
  return {
    server,
    link: { kind: 'live' },
    sources: undefined,
    view: 'applications',
    places: { applications: START, sources: START, changes: START, callers: START },
    loaded: {},
    detail: undefined,
    prompt: undefined,
    help: false,
    message: undefined,
  };
}

/** Takes an answer of the server for a view. `at`: when it came, in epoch milliseconds. */
export function receive<Name extends ViewName>(
  state: TopState,
  name: Name,
  document: Documents[Name],
  at: number,
): TopState {
  const rows = rowsOf(name, document, at);
  const { detail, view } = state;
  const subject = view === name ? rows.find(({ key }) => key === detail?.key)?.subject() : undefined;
  return {
    ...state,
    link: { kind: 'live' },
    loaded: { ...state.loaded, [name]: { rows, at } },
    ...(detail !== undefined && subject !== undefined && { detail: { ...detail, subject } }),
  };
}

/** Takes the text on the subject that is shown; of one that is shown no longer it is forgotten. */
export function receiveText(state: TopState, path: string, text: string): TopState {
  const { detail } = state;
  if (detail?.subject.path !== path) return state;
  return { ...state, detail: { ...detail, answer: text.trimEnd().split('\n') } };
}

/** Notes that there was no answer: what was shown stays. */
export function lose(state: TopState, kind: 'away' | 'refused', reason: string): TopState {
  return { ...state, link: { kind, reason } };
}

/** The rows that the filter lets through: those that contain each of its words. */
export function shownRows({ view, loaded, places }: TopState): readonly Row[] {
  const words = places[view].filter.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = loaded[view]?.rows ?? [];
  if (words.length === 0) return rows;
  return rows.filter(({ cells }) => {
    const text = cells.join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Which of these rows is chosen; -1 without any. */
export function chosenIndex({ view, places }: TopState, rows: readonly Row[]): number {
  const { key, index } = places[view];
  const found = rows.findIndex((each) => each.key === key);
  return found === -1 ? Math.min(index, rows.length - 1) : found;
}

export function withPlace(state: TopState, change: Partial<Place>): TopState {
  return { ...state, places: { ...state.places, [state.view]: { ...state.places[state.view], ...change } } };
}
