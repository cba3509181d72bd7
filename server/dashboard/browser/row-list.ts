import type { RowNews } from '../../../shared/dashboard/news.ts';
import type { Row } from '../../../shared/dashboard/row.ts';
import { byText } from '../../../shared/model/order.ts';

/** All rows, kept up to date by what the server tells. */
export class RowList {
  readonly #rows = new Map<string, Row>();
  #sorted: readonly Row[] | undefined;
  isLoaded = false;

  replace(rows: readonly Row[]): void {
    this.#rows.clear();
    for (const row of rows) this.#rows.set(row.name, row);
    this.#sorted = rows;
    this.isLoaded = true;
  }

  apply({ rows, gone }: RowNews): void {
    for (const row of rows) this.#rows.set(row.name, row);
    for (const name of gone) this.#rows.delete(name);
    this.#sorted = undefined;
  }

  /** In the order of their names. */
  rows(): readonly Row[] {
    return (this.#sorted ??= [...this.#rows.values()].sort((a, b) => byText(a.name, b.name)));
  }
}
