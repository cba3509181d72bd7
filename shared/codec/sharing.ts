import type { InstanceRecord, Port } from '../model/instance.ts';
import type { InstanceDraft } from './draft.ts';

// Instances of one application say mostly the same, and in a list each says it anew. What a record has in common with
// the one before it in the list is therefore taken from that one: a quarter of the memory of a large registry.

/** Texts that instances of an application have in common; the others are their own. */
const COMMON = ['vipAddress', 'secureVipAddress', 'appGroupName', 'asgName'] as const;

export function shareTexts(draft: InstanceDraft, neighbour: InstanceRecord): void {
  for (const name of COMMON) {
    const text = neighbour[name];
    // Equal, but not the same piece of memory.
    if (text !== undefined && draft[name] === text) draft[name] = text;
  }
}

export function sharedPort(port: Port, neighbour: Port | undefined): Port {
  return port.number === neighbour?.number && port.enabled === neighbour.enabled ? neighbour : port;
}

export function sharedText<T extends string>(text: T, neighbour: T | undefined): T {
  return text === neighbour ? neighbour : text;
}

/** Also in the same order: that is no content, but it shall stay as it came. */
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
