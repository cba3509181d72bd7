import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { dialDocument, mergedRows, rowsOf, TABLES, type DialTable, type Row } from './dial-document.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', '..', 'docs', 'dial.md');

/** The rows of a run, and docs/dial.md, where they take the places of older ones. */
export class DialRecord {
  readonly #rows = new Map<DialTable, Row[]>(TABLES.map((table) => [table, []]));

  note(table: DialTable, row: Row): void {
    this.#rows.get(table)?.push(row);
  }

  async write(): Promise<void> {
    writeFileSync(DOCUMENT, await this.text());
  }

  /** The document with the rows of this run. */
  async text(): Promise<string> {
    const old = this.written();
    const rows = new Map([...this.#rows].map(([each, fresh]) => [each, mergedRows(rowsOf(old, each), fresh, each)]));
    return format(dialDocument(rows), { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' });
  }

  written(): string {
    return existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '';
  }
}

/** Processes that ran or waited for a core, in the mean of the last minute. */
export function loadText(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
