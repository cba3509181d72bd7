import { printable } from '../text/printable.ts';
import type { Column } from './columns.ts';
import type { Style } from './line.ts';

/** The lists between which one switches. */
export const VIEW_NAMES = ['applications', 'sources', 'changes', 'callers'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** What enter shows of a row. */
export interface Subject {
  readonly title: string;
  /** What the row itself knows. */
  readonly lines: readonly string[];
  /** The text that the server has on it, asked for again and again. */
  readonly path: string | undefined;
}

export interface Row {
  /** The same for the same thing in the next answer: the choice stays on it when others come and go. */
  readonly key: string;
  readonly cells: readonly string[];
  readonly style: Style;
  readonly subject: () => Subject;
}

/** One list: what the server is asked, and what the answer looks like. */
export interface View<Document> {
  readonly path: string;
  readonly columns: readonly Column[];
  /** What is said instead of no rows. */
  readonly empty: string;
  /** `now` in epoch milliseconds. */
  readonly rows: (document: Document, now: number) => readonly Row[];
}

const MAX_CELL_LENGTH = 200;

export function row(key: string, cells: readonly (string | number)[], style: Style, subject: () => Subject): Row {
  return { key, cells: cells.map((cell) => printable(String(cell), MAX_CELL_LENGTH)), style, subject };
}

export function explainPath(app: string): string {
  return `/eurek8s/explain/${encodeURIComponent(app)}`;
}

/** `name  value`, one below the other; without those that have none. */
export function facts(pairs: readonly (readonly [name: string, value: string | undefined])[]): readonly string[] {
  const given = pairs.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...given.map(([name]) => name.length));
  return given.map(([name, value = '']) => printable(`${name.padEnd(width)}  ${value}`));
}
