import type { GuardsConfig } from '../config/config.ts';
import type { AppName } from '../model/names.ts';
import type { Held, Hold, HoldHead } from './hold.ts';
import { holdId } from './hold-id.ts';
import { countedFor, exceedsLimit } from './limit.ts';

/** Applications of which no Ingress is published any more: by Ingress, what was known of each. */
export type LostApps<T> = ReadonlyMap<AppName, ReadonlyMap<string, T>>;

/** What a cluster publishes, that which is held or just lost included. */
export interface Published {
  readonly applications: number;
  readonly ingresses: number;
}

interface Loss<T> {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly ingresses: ReadonlyMap<string, T>;
}

/** A hold as plain data, for whoever keeps it over a restart. `T` is as plain as what the guard was given. */
export interface HoldState<T> {
  readonly head: HoldHead;
  readonly apps: readonly {
    readonly app: AppName;
    readonly since: number;
    readonly ingresses: readonly (readonly [ingress: string, known: T])[];
  }[];
}

/**
 * Keeps mass removals in a cluster back. Deletions come one by one, so a loss is judged with what has passed lately: the
 * one that crosses the limit is held, and with it come back those that passed within the window, as they are one change.
 * While there is a hold, further losses join it. Held losses go when the source has shown them over a grace period, or by
 * an operator. `T`: what is known of an Ingress and needed to serve it further.
 */
export class RemovalGuard<T> {
  readonly #source: string;
  readonly #guards: GuardsConfig;
  /** Both in the order of time. */
  readonly #held = new Map<AppName, Loss<T>>();
  readonly #passed = new Map<AppName, Loss<T>>();
  #head: HoldHead | undefined;

  constructor(source: string, guards: GuardsConfig) {
    this.#source = source;
    this.#guards = guards;
  }

  /**
   * The applications that are held from now on: none when the losses may pass, else all of them and those that come back.
   * `published`: as before the loss.
   */
  judge(lost: LostApps<T>, published: Published, now: number): readonly AppName[] {
    if (lost.size === 0) return [];
    this.#forgetOldPassed(now);
    const count = lost.size + this.#passed.size;
    const before = published.applications + this.#passed.size;
    const head = this.#head;
    const joins = head !== undefined && !head.kept;
    if (!joins && !exceedsLimit(count, before, this.#guards)) {
      for (const [app, ingresses] of lost) {
        this.#passed.delete(app);
        this.#passed.set(app, { since: now, ingresses });
      }
      return [];
    }
    const restored = this.#takeBack(now);
    const held = restored.size > 0 ? new Map([...restored, ...lost]) : lost;
    const ingresses = published.ingresses + ingressesIn(restored.values());
    this.#head = { ...(head ?? this.#newHead(held, count, before, now)), before: ingresses };
    for (const [app, known] of held) this.#held.set(app, { since: now, ingresses: known });
    return [...held.keys()];
  }

  /** The application is published again, or somebody changed it: it is no loss any more. Returns what was held of it. */
  forget(app: AppName): readonly string[] {
    this.#passed.delete(app);
    const ingresses = [...(this.#held.get(app)?.ingresses.keys() ?? [])];
    this.#held.delete(app);
    this.#endIfEmpty();
    return ingresses;
  }

  /**
   * Lets go what has been held for a grace period and is still gone. `viewAt`: up to when (epoch milliseconds) the source is
   * known to show what there is; undefined: it is out of touch, and what it shows is no evidence.
   */
  confirm(viewAt: number | undefined, now: number): LostApps<T> {
    if (this.#head === undefined || this.#head.kept || viewAt === undefined) return new Map();
    const { grace } = this.#guards;
    return this.#letGo(([, { since }]) => now - since >= grace && viewAt > since);
  }

  /** The operator knows that the removal is real. Nothing of it counts against what is lost next. */
  release(id: string): LostApps<T> {
    return this.#head?.id === id ? this.#letGo(() => true) : new Map();
  }

  /** The operator knows that the removal is wrong, or wants to look first: it stays until it is released. */
  keep(id: string): boolean {
    if (this.#head?.id !== id) return false;
    this.#head = { ...this.#head, kept: true };
    return true;
  }

  /** So many held applications, or all if there are fewer. */
  apps(count: number): readonly AppName[] {
    return [...this.#held.keys()].slice(0, count);
  }

  ingressesOf(app: AppName): Iterable<string> {
    return this.#held.get(app)?.ingresses.keys() ?? [];
  }

  /** What was known of a held Ingress. */
  known(app: AppName, ingress: string): T | undefined {
    return this.#held.get(app)?.ingresses.get(ingress);
  }

  held(app: AppName): Held | undefined {
    const loss = this.#held.get(app);
    if (loss === undefined || this.#head === undefined) return undefined;
    return { holdId: this.#head.id, since: loss.since, releasesAt: this.#releasesAt(loss) };
  }

  holds(): readonly Hold[] {
    const [first] = this.#held.values();
    if (first === undefined || this.#head === undefined) return [];
    const { id, since, what, before } = this.#head;
    return [
      {
        id,
        since,
        what,
        counted: 'Ingress',
        instances: this.#heldIngresses(),
        instancesBefore: before,
        applications: this.#held.size,
        releasesAt: this.#releasesAt(first),
      },
    ];
  }

  state(): HoldState<T> | undefined {
    if (this.#head === undefined) return undefined;
    const apps = Array.from(this.#held, ([app, { since, ingresses }]) => ({ app, since, ingresses: [...ingresses] }));
    return { head: this.#head, apps };
  }

  /** Before anything was judged. */
  restore({ head, apps }: HoldState<T>): void {
    if (apps.length === 0) return;
    this.#head = head;
    for (const { app, since, ingresses } of apps) this.#held.set(app, { since, ingresses: new Map(ingresses) });
  }

  /** What passed within the window: it is one change with what is lost now. */
  #takeBack(now: number): LostApps<T> {
    const back = new Map<AppName, ReadonlyMap<string, T>>();
    for (const [app, { since, ingresses }] of this.#passed)
      if (now - since <= this.#guards.window) back.set(app, ingresses);
    for (const app of back.keys()) this.#passed.delete(app);
    return back;
  }

  #newHead(held: LostApps<T>, count: number, before: number, now: number): HoldHead {
    const id = holdId(this.#source, { apps: held, size: ingressesIn(held.values()) });
    const what = `${wordsFor(count, before)}, more than ${this.#guards.maxRemoval} %`;
    return { id, since: now, what, before: 0, kept: false };
  }

  #letGo(goes: (entry: readonly [AppName, Loss<T>]) => boolean): LostApps<T> {
    const gone = new Map<AppName, ReadonlyMap<string, T>>();
    for (const entry of this.#held) if (goes(entry)) gone.set(entry[0], entry[1].ingresses);
    for (const app of gone.keys()) this.#held.delete(app);
    this.#endIfEmpty();
    return gone;
  }

  #endIfEmpty(): void {
    if (this.#held.size === 0) this.#head = undefined;
  }

  #forgetOldPassed(now: number): void {
    const period = countedFor(this.#guards);
    for (const [app, { since }] of this.#passed) {
      if (now - since < period) break;
      this.#passed.delete(app);
    }
  }

  #heldIngresses(): number {
    let count = 0;
    for (const { ingresses } of this.#held.values()) count += ingresses.size;
    return count;
  }

  #releasesAt({ since }: Loss<T>): number | undefined {
    return this.#head?.kept === true ? undefined : since + this.#guards.grace;
  }
}

function wordsFor(count: number, before: number): string {
  return count === before
    ? `all ${before} published applications are gone`
    : `${count} of ${before} published applications are gone at once`;
}

function ingressesIn(apps: Iterable<ReadonlyMap<string, unknown>>): number {
  let count = 0;
  for (const ingresses of apps) count += ingresses.size;
  return count;
}
