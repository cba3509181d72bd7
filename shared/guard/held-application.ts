import type { AppName } from '../model/names.ts';
import { totalSize } from './limit.ts';

/** What is held of one application, in as much as a person reads. */
export interface HeldApplication {
  readonly name: AppName;
  /** How many of its instances or Ingresses are held. */
  readonly count: number;
  /** The ids of the first of these instances, or which Ingresses these are. */
  readonly first: readonly string[];
}

/** Applications that a hold names, however many it has. */
export const MAX_NAMED_APPLICATIONS = 20;
/** Instances or Ingresses of an application that a hold names. */
const MAX_NAMED = 5;

interface Lost {
  readonly size: number;
  keys(): Iterable<string>;
}

/** The first of what is held. `losses`: in the order of time. */
export function firstHeld(losses: readonly ReadonlyMap<AppName, Lost>[]): readonly HeldApplication[] {
  const names = new Set<AppName>();
  for (const loss of losses)
    for (const name of loss.keys()) {
      if (names.size === MAX_NAMED_APPLICATIONS) break;
      names.add(name);
    }
  return [...names].sort().map((name) => {
    const parts = losses.flatMap((loss) => loss.get(name) ?? []);
    return { name, count: totalSize(parts), first: firstOf(parts) };
  });
}

function firstOf(parts: readonly Lost[]): readonly string[] {
  const first: string[] = [];
  for (const part of parts)
    for (const each of part.keys()) {
      if (first.length === MAX_NAMED) return first;
      first.push(each);
    }
  return first;
}
