import type { KindStore } from './kind-store.ts';
import type { WatchPlan } from './resources.ts';
import type { WatchStatus } from './watch-record.ts';

interface Watched {
  readonly plan: WatchPlan;
  readonly record: { readonly status: WatchStatus };
}

/** What is served of a namespace that we may not read: nothing, or what was known before. */
export type Remains = 'nothing' | 'last-known';

/**
 * Several named namespaces are independent of each other: one that is gone, or that we may not read, does not keep the
 * others from being served. A namespace is passed to the sink as a whole, once all its kinds have been listed, because
 * an Ingress cannot be derived correctly without its endpoints.
 */
export class NamespaceParts {
  readonly #names: ReadonlySet<string>;
  readonly #known = new Set<string>();

  /** Namespaces with restored contributions. */
  readonly #restored: ReadonlySet<string>;

  constructor(plans: readonly WatchPlan[], restored: ReadonlySet<string> = new Set()) {
    this.#restored = restored;
    this.#names = new Set(plans.flatMap(({ need, namespace }) => (need.kind === 'part' ? (namespace ?? []) : [])));
  }

  /** Whether objects of the namespace are passed to the sink. Objects of cluster-scoped kinds (`''`) always are. */
  isPassed(namespace: string): boolean {
    return !this.#names.has(namespace) || this.#known.has(namespace);
  }

  /**
   * Passes on the namespaces that have become known completely, and returns them. After a sink has thrown, the next
   * list tries again.
   */
  passComplete(watched: readonly Watched[], stores: Iterable<KindStore>): readonly string[] {
    const passed: string[] = [];
    for (const name of this.#names) {
      if (this.#known.has(name) || !ofNamespace(watched, name).every(({ record }) => record.status.settled)) continue;
      this.#known.add(name);
      try {
        // Ingresses and HTTPRoutes come last, when the objects that they refer to are known.
        for (const store of [...stores].toSorted((a, b) => Number(a.isOfCandidates) - Number(b.isOfCandidates)))
          store.passAgain();
        passed.push(name);
      } catch (error) {
        this.#known.delete(name);
        throw error;
      }
    }
    return passed;
  }

  /**
   * Whether every namespace is known or given up for now. False while none is known, because then nothing is known at
   * all.
   */
  isSettled(watched: readonly Watched[], now: number, patience: number): boolean {
    if (this.#names.size === 0) return true;
    return (
      this.#known.size > 0 &&
      [...this.#names].every((name) => this.#known.has(name) || isGivenUp(watched, name, now, patience))
    );
  }

  /** The namespaces that we may not read at present. */
  unreadable(watched: readonly Watched[]): ReadonlyMap<string, Remains> {
    const names = [...this.#names].filter((name) => forbiddenSince(watched, name) !== undefined);
    const isServed = (name: string): boolean => this.#known.has(name) || this.#restored.has(name);
    return new Map(names.map((name) => [name, isServed(name) ? 'last-known' : 'nothing']));
  }
}

/** Not at once, because an API server that starts forbids everything until it has read its Roles. */
function isGivenUp(watched: readonly Watched[], name: string, now: number, patience: number): boolean {
  const since = forbiddenSince(watched, name);
  return since !== undefined && now - since >= patience;
}

function forbiddenSince(watched: readonly Watched[], name: string): number | undefined {
  const parts = ofNamespace(watched, name).filter(({ plan }) => plan.need.kind === 'part');
  const times = parts.flatMap(({ record }) => record.status.forbiddenSince ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

function ofNamespace(watched: readonly Watched[], name: string): readonly Watched[] {
  return watched.filter(({ plan }) => plan.namespace === name);
}
