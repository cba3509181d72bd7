import type { Resolver } from '../../server/ports/resolver.ts';

/**
 * Addresses, `pending`, or the text of a failure. A name that is not in the table does not exist. `last`: addresses that
 * could not be confirmed for minutes, and why.
 */
export type NameState = readonly string[] | string | { readonly last: readonly string[]; readonly overdue: string };

/** A resolver with the answers of a table. `tell` changes an answer later. */
export interface NameTable extends Resolver {
  tell(name: string, state: NameState): void;
  readonly wanted: ReadonlySet<string>;
  readonly refreshed: readonly string[];
}

export function nameTable(initial: Readonly<Record<string, NameState>> = {}): NameTable {
  const states = new Map(Object.entries(initial));
  const listeners = new Set<(name: string) => void>();
  const wanted = new Set<string>();
  const refreshed: string[] = [];
  return {
    wanted,
    refreshed,
    addresses(name) {
      wanted.add(name);
      const state = states.get(name) ?? [];
      if (typeof state === 'string') return undefined;
      return 'last' in state ? state.last : state;
    },
    failure(name) {
      const state = states.get(name) ?? 'does not exist';
      if (typeof state === 'object' && 'overdue' in state) return state.overdue;
      return typeof state !== 'string' || state === 'pending' ? undefined : state;
    },
    overdue(name) {
      const state = states.get(name);
      return typeof state === 'object' && 'overdue' in state ? state.overdue : undefined;
    },
    release: (name) => void wanted.delete(name),
    refresh: (name) => void refreshed.push(name),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(name, state) {
      states.set(name, state);
      for (const listener of listeners) listener(name);
    },
  };
}
