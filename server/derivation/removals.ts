import type { GuardsConfig } from '../../shared/config/config.ts';
import type { Publication } from '../../shared/contribution/publication.ts';
import type { Held, Hold } from '../../shared/guard/hold.ts';
import { RemovalGuard, type HoldState, type LostApps, type Published } from '../../shared/guard/removal-guard.ts';
import type { Witness } from '../../shared/ingress/witness.ts';
import type { AppName, SourceId } from '../../shared/model/names.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** What is known of a published Ingress, and enough to serve it further. Plain data. */
export interface KnownIngress {
  readonly app: AppName;
  readonly witness: Witness;
  readonly publication: Publication;
}

export interface RemovalsOptions {
  readonly source: SourceId;
  readonly guards: GuardsConfig;
  readonly clock: Clock;
  readonly log: Log;
  /** Up to when (epoch milliseconds) the source shows what there is; undefined: it is out of touch. */
  readonly viewAt: () => number | undefined;
  /** Told of Ingresses that nothing holds any more, or not as before. */
  readonly letGo: (ingresses: readonly string[]) => void;
}

/** As many as a line of the log names. */
const MAX_NAMED = 20;
/** Looks for a confirmation that is overdue: so many in a grace period, no more than one a second. */
const CHECKS_PER_GRACE = 5;
const MIN_CHECK_MS = 1_000;

/** The guard over what one derivation publishes, with its time and its lines in the log. */
export class Removals {
  readonly #options: RemovalsOptions;
  readonly #guard: RemovalGuard<KnownIngress>;
  /** By Ingress, the application as which it is held. */
  readonly #held = new Map<string, AppName>();
  /** There is one timer at most: it looks anew when it fires, whatever has become of the hold it was set for. */
  #cancelCheck: (() => void) | undefined;
  #toldId: string | undefined;
  #stopped = false;

  constructor(options: RemovalsOptions) {
    this.#options = options;
    this.#guard = new RemovalGuard(options.source, options.guards);
  }

  /** How many Ingresses are held. */
  get size(): number {
    return this.#held.size;
  }

  ingresses(): IterableIterator<string> {
    return this.#held.keys();
  }

  /** The application as which the Ingress is held; undefined: it is not. */
  heldAs(ingress: string): AppName | undefined {
    return this.#held.get(ingress);
  }

  known(ingress: string): KnownIngress | undefined {
    const app = this.#held.get(ingress);
    return app === undefined ? undefined : this.#guard.known(app, ingress);
  }

  /** Why the Ingress is published though it is gone, for its status. */
  words(ingress: string): string {
    const app = this.#held.get(ingress);
    return `kept by hold ${(app === undefined ? undefined : this.#guard.held(app)?.holdId) ?? ''}`;
  }

  /** The Ingresses that are held from now on; none: the loss passes. `published`: as before the loss. */
  judge(lost: LostApps<KnownIngress>, published: Published): readonly string[] {
    const held: string[] = [];
    for (const app of this.#guard.judge(lost, published, this.#options.clock.now()))
      for (const ingress of this.#guard.ingressesOf(app)) {
        this.#held.set(ingress, app);
        held.push(ingress);
      }
    if (held.length > 0) this.#changed();
    return held;
  }

  /** The application is published again, or changed: nothing of it is a loss. Returns the Ingresses that were held for it. */
  forget(app: AppName): readonly string[] {
    const ingresses = this.#guard.forget(app);
    for (const ingress of ingresses) this.#held.delete(ingress);
    if (ingresses.length > 0) this.#changed();
    return ingresses;
  }

  holds(): readonly Hold[] {
    return this.#guard.holds();
  }

  held(app: AppName, ingress: string): Held | undefined {
    return this.#held.get(ingress) === app ? this.#guard.held(app) : undefined;
  }

  /** The Ingresses that go; none: there is no such hold. */
  release(id: string): readonly string[] {
    const hold = this.holds().find((each) => each.id === id);
    if (hold !== undefined) this.#warn({ hold }, 'a held removal was released by an operator');
    return this.#take(this.#guard.release(id));
  }

  keep(id: string): boolean {
    if (!this.#guard.keep(id)) return false;
    this.#warn({ hold: this.holds()[0] }, 'a held removal is kept by an operator, until released');
    return true;
  }

  /** What is held, for whoever keeps it over a restart. */
  state(): HoldState<KnownIngress> | undefined {
    return this.#guard.state();
  }

  restore(state: HoldState<KnownIngress>): void {
    this.#guard.restore(state);
    for (const { app, ingresses } of state.apps) for (const [ingress] of ingresses) this.#held.set(ingress, app);
    this.#changed();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelCheck?.();
  }

  #take(apps: LostApps<KnownIngress>): readonly string[] {
    const gone = [...apps.values()].flatMap((ingresses) => [...ingresses.keys()]);
    for (const ingress of gone) this.#held.delete(ingress);
    if (gone.length > 0) this.#changed();
    return gone;
  }

  /** Says so when there is another hold than before, or none. */
  #changed(): void {
    this.#schedule();
    const [hold] = this.holds();
    if (hold?.id === this.#toldId) return;
    const { source, log } = this.#options;
    if (hold !== undefined)
      this.#warn({ hold, apps: this.#guard.apps(MAX_NAMED) }, 'a mass removal is held: last-known entries stay');
    else log.info({ source, hold: this.#toldId }, 'nothing is held any more');
    this.#toldId = hold?.id;
  }

  #warn(fields: object, message: string): void {
    this.#options.log.warn({ source: this.#options.source, ...fields }, message);
  }

  #schedule(): void {
    if (this.#cancelCheck !== undefined || this.#stopped) return;
    const releasesAt = this.holds()[0]?.releasesAt;
    if (releasesAt === undefined) return;
    const { clock, guards } = this.#options;
    const overdue = Math.max(guards.grace / CHECKS_PER_GRACE, MIN_CHECK_MS);
    const wait = releasesAt - clock.now();
    this.#cancelCheck = clock.after(wait > 0 ? wait : overdue, () => this.#check());
  }

  /** A view that is out of touch is no evidence: what it does not show may be there all the same. */
  #check(): void {
    this.#cancelCheck = undefined;
    const { clock, viewAt, letGo } = this.#options;
    const gone = this.#take(this.#guard.confirm(viewAt(), clock.now()));
    this.#schedule();
    if (gone.length === 0) return;
    this.#warn({ ingresses: gone.length }, 'a held removal was confirmed and goes through');
    letGo(gone);
  }
}
