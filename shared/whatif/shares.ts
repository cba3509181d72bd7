import type { World } from '../contribution/contribution.ts';

/** Entries that are one choice for a caller, with their part of its calls. */
export interface Share<T> {
  readonly first: T;
  readonly members: readonly T[];
  /** From 0 to 100. */
  readonly percent: number;
}

/** Entries of equal keys together, in the order of their firsts. Each entry gets the same part of the calls. */
export function sharesBy<T>(entries: readonly T[], keyOf: (entry: T) => string): readonly Share<T>[] {
  // Without Map.groupBy: the dashboard runs this in browsers that lack it.
  const byKey = new Map<string, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const members = byKey.get(key);
    if (members === undefined) byKey.set(key, [entry]);
    else members.push(entry);
  }
  return [...byKey.values()].flatMap((members) => {
    const [first] = members;
    return first === undefined ? [] : [{ first, members, percent: percentOf(members.length, entries.length) }];
  });
}

/** The part of the calls that goes to Kubernetes. */
export function kubernetesPercent(entries: readonly { readonly world: World }[]): number {
  return percentOf(entries.filter(({ world }) => world === 'kubernetes').length, entries.length);
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}
