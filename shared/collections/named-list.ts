import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';

/** A value of one application. Lists of them are sorted by name, so that they need no index. */
export interface Named {
  readonly name: AppName;
}

/**
 * The first position, not before `from`, whose name is not less than `name`; the length of the list when there is none.
 */
export function positionOf(list: readonly Named[], name: string, from = 0): number {
  let low = from;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byText(list[middle]!.name, name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function findByName<T extends Named>(list: readonly T[], name: string): T | undefined {
  const found = list[positionOf(list, name)];
  return found?.name === name ? found : undefined;
}

/** A copy of the list with the given item under each name; `undefined` removes it. */
export function replaceByName<T extends Named>(
  list: readonly T[],
  items: ReadonlyMap<AppName, T | undefined>,
): readonly T[] {
  return replaced(list, items) ?? rebuilt(list, items);
}

/** The usual case, in which every name is in the list and stays: no item moves. `undefined` in any other case. */
function replaced<T extends Named>(
  list: readonly T[],
  items: ReadonlyMap<AppName, T | undefined>,
): readonly T[] | undefined {
  if (items.size === 0) return list;
  const places: (readonly [at: number, item: T])[] = [];
  for (const [name, item] of items) {
    const at = positionOf(list, name);
    if (item === undefined || list[at]?.name !== name) return undefined;
    places.push([at, item]);
  }
  const result = list.slice();
  for (const [at, item] of places) result[at] = item;
  return result;
}

/** Fills a list that is as long as the result can be. A list that grows leaves garbage with each step. */
function rebuilt<T extends Named>(list: readonly T[], items: ReadonlyMap<AppName, T | undefined>): readonly T[] {
  const result: T[] = [];
  result.length = list.length + items.size;
  let size = 0;
  let next = 0;
  const copyUntil = (end: number): void => {
    for (; next < end; next++) result[size++] = list[next]!;
  };
  for (const name of [...items.keys()].toSorted(byText)) {
    copyUntil(positionOf(list, name, next));
    if (list[next]?.name === name) next++;
    const item = items.get(name);
    if (item !== undefined) result[size++] = item;
  }
  copyUntil(list.length);
  result.length = size;
  return result;
}
