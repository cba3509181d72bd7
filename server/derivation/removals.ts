import type { GuardsConfig } from '../../shared/config/config.ts';
import type { Publication } from '../../shared/contribution/publication.ts';
import { keptWords } from '../../shared/guard/kept-words.ts';
import type { Held, Hold } from '../../shared/guard/hold.ts';
import { CHECKS_PER_GRACE } from '../../shared/guard/limit.ts';
import { RemovalGuard, type GuardState, type LostApps, type Published } from '../../shared/guard/removal-guard.ts';
import type { Witness } from '../../shared/derivation/witness.ts';
import type { AppName, SourceId } from '../../shared/model/names.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** A published Ingress as last known: enough to keep it published. Plain data. */
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
  /**
   * The time (epoch milliseconds) up to which the source shows the state of its cluster; `undefined` while it is
   * disconnected.
   */
  readonly viewAt: () => number | undefined;
  /** Called whenever the held removals change. */
  readonly changed: () => void;
  /** Called with the Ingresses whose held removal was confirmed. */
  readonly onConfirmed: (ingresses: readonly string[]) => void;
}

/** The applications that a line of the log names. */
const MAX_NAMED = 20;
/** The least milliseconds between two checks for an overdue confirmation. */
const MIN_CHECK_MS = 1_000;

/** The guard of the applications that one derivation publishes, with its timer and its log messages. */
export class Removals {
  readonly #options: RemovalsOptions;
  readonly #guard: RemovalGuard<KnownIngress>;
  /** By Ingress, the application as which it is held. */
  readonly #held = new Map<string, AppName>();
  /**
   * There is at most one timer. When it fires, the hold is checked anew, whatever has happened to the hold it was set
   * for.
   */
  #cancelCheck: (() => void) | undefined;
  #loggedId: string | undefined;
  #stopped = false;

  constructor(options: RemovalsOptions) {
    this.#options = options;
    this.#guard = new RemovalGuard(options.source, options.guards);
  }

  /** The number of held Ingresses. */
  get size(): number {
    return this.#held.size;
  }

  ingresses(): IterableIterator<string> {
    return this.#held.keys();
  }

  /** The application as which the Ingress is held; `undefined` when it is not held. */
  heldAs(ingress: string): AppName | undefined {
    return this.#held.get(ingress);
  }

  known(ingress: string): KnownIngress | undefined {
    const app = this.#held.get(ingress);
    return app === undefined ? undefined : this.#guard.known(app, ingress);
  }

  /** The status reason of an Ingress that is published although it is gone. `why`: it would not be. */
  statusReason(ingress: string, ofContent: string, why: string): string {
    const app = this.#held.get(ingress);
    const holdId = app === undefined ? undefined : this.#guard.held(app)?.holdId;
    return keptWords(ofContent, holdId ?? '', why);
  }

  /**
   * Judges a loss. Returns the Ingresses that are held from now on; empty when the loss passes. `published`: the
   * numbers before the loss.
   */
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

  /**
   * Forgets the losses of an application that is published again or has changed. Returns the Ingresses that were held
   * for it.
   */
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

  letThroughBy(app: AppName, ingress: string): string | undefined {
    return this.#guard.letThroughBy(app, ingress);
  }

  /** Releases a hold. Returns the Ingresses whose removal goes through; empty when there is no such hold. */
  release(id: string): readonly string[] {
    return this.#take(this.#guard.release(id));
  }

  keep(id: string): boolean {
    if (!this.#guard.keep(id)) return false;
    this.#options.changed();
    return true;
  }

  /** What is held and what passed lately, to be kept over a restart. */
  state(): GuardState<KnownIngress> {
    return this.#guard.state(this.#options.clock.now());
  }

  restore(state: GuardState<KnownIngress>): void {
    this.#guard.restore(state, this.#options.clock.now());
    for (const { app, ingresses } of state.hold?.apps ?? [])
      for (const [ingress] of ingresses) this.#held.set(ingress, app);
    if (this.#held.size > 0) this.#changed();
  }

  /** The applications that are gone and would come back with the next loss, for the next process. */
  passed(): readonly AppName[] {
    return this.#guard.passed(this.#options.clock.now());
  }

  passedOf(app: AppName): Iterable<KnownIngress> {
    return this.#guard.passedOf(app, this.#options.clock.now())?.values() ?? [];
  }

  /** Everything has been listed: what was restored is watched from now on. */
  watch(): void {
    this.#guard.watch(this.#options.clock.now());
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

  /** Logs when there is another hold than before, or none. */
  #changed(): void {
    this.#schedule();
    this.#options.changed();
    const [hold] = this.holds();
    if (hold?.id === this.#loggedId) return;
    const { source, log } = this.#options;
    if (hold !== undefined)
      this.#warn({ hold, apps: this.#guard.apps(MAX_NAMED) }, 'a mass removal is held: last-known entries stay');
    else log.info({ source, hold: this.#loggedId }, 'nothing is held any more');
    this.#loggedId = hold?.id;
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

  /** The view of a disconnected source is no evidence: what it does not show may still exist. */
  #check(): void {
    this.#cancelCheck = undefined;
    const { clock, viewAt, onConfirmed } = this.#options;
    const gone = this.#take(this.#guard.confirm(viewAt(), clock.now()));
    this.#schedule();
    if (gone.length === 0) return;
    this.#warn({ ingresses: gone.length }, 'a held removal was confirmed and goes through');
    onConfirmed(gone);
  }
}
