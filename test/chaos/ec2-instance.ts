import { stateOf } from './entry.ts';
import type { LittleBackend } from './backend.ts';
import type { Listing } from './listings.ts';
import { LIMITS, TIMES } from './timing.ts';
import type { Truth } from './truth.ts';
import { ask, type WireAnswer } from './wire.ts';

/** `registered` and `ending` are what it wants; `gone` is over, and its slot is free. */
export type Phase = 'registered' | 'cancelling' | 'dead' | 'gone';

export interface Ec2World {
  readonly truth: Truth;
  readonly now: () => number;
  /** Base URLs of the Eureka API: of the legacy itself, and of the balancer. */
  readonly legacy: string;
  readonly balancer: string;
  readonly listed: (listing: Listing) => void;
  /** A write was answered, or was not: the status, and by whom, for the judge. */
  readonly answered: (write: WriteAnswer) => void;
}

export interface WriteAnswer {
  readonly what: 'register' | 'renew' | 'cancel';
  readonly id: string;
  readonly through: 'legacy' | 'us';
  /** 0: there was no answer. */
  readonly status: number;
  readonly sentAt: number;
  readonly receivedAt: number;
  /** When it sent the last registration or renewal that was accepted. */
  readonly acceptedAt: number;
  readonly reason: string;
}

/**
 * A service on EC2 with a Eureka client of its own: registers, renews, registers again after a 404, cancels. It keeps
 * trying until it is answered, so that the truth about it is always known in the end.
 */
export class Ec2Instance {
  readonly id: string;
  readonly app: string;
  readonly backend: LittleBackend;
  readonly through: 'legacy' | 'us';
  phase: Phase = 'gone';
  status: 'UP' | 'DOWN' = 'UP';
  /** It does not renew until then, as its network is away. */
  silentUntil = 0;
  /** When its backend died. */
  diedAt = Infinity;
  readonly #world: Ec2World;
  #v = 0;
  #dirty = 0;
  #confirmed = false;
  #confirm: ((at: number) => void) | undefined;
  #busy = false;
  #acceptedAt = -Infinity;

  constructor(world: Ec2World, app: string, backend: LittleBackend, through: 'legacy' | 'us') {
    this.#world = world;
    this.app = app;
    this.id = backend.name;
    this.backend = backend;
    this.through = through;
  }

  async start(): Promise<void> {
    await this.backend.live();
    this.diedAt = Infinity;
    this.phase = 'registered';
    this.status = 'UP';
    this.change();
  }

  /** A new registration with new content. */
  change(status: 'UP' | 'DOWN' = 'UP'): void {
    this.status = status;
    this.#v++;
    this.#dirty = Date.now();
    this.#confirmed = false;
    this.#confirm = this.#world.truth.change(this.#world.now(), this.id, { ...this.#line(), state: this.#state() });
  }

  cancel(): void {
    this.phase = 'cancelling';
  }

  /** Without a word, as machines die. */
  async crash(): Promise<void> {
    this.phase = 'dead';
    this.diedAt = this.#world.now();
    await this.backend.die();
  }

  /** The legacy lists it no more: it was last listed at the one time and lacking at the other. */
  evicted(lastListedAt: number, at: number): void {
    this.#world.truth.change(lastListedAt, this.id, { ...this.#line(), state: 'absent', ending: 'lost' })(at);
    this.phase = 'gone';
  }

  /** Listed again after its end: a request of its own had waited in a server that was stopped. Its lease runs out now. */
  reappeared(lastLookedAt: number, at: number): void {
    const before = this.#world.truth.timelines.get(this.id)?.episodes.findLast(({ state }) => state !== 'absent');
    if (before === undefined) return;
    this.#world.truth.change(lastLookedAt, this.id, { ...this.#line(), state: before.state })(at);
    this.phase = 'dead';
  }

  /** It is registered, and nothing is under way. */
  get steady(): boolean {
    return this.phase === 'registered' && this.#confirmed && !this.#busy;
  }

  /** One round of its client; rounds do not overlap. */
  async tick(): Promise<void> {
    if (this.#busy || this.#world.now() < this.silentUntil) return;
    this.#busy = true;
    try {
      if (this.phase === 'cancelling') await this.#cancel();
      else if (this.phase === 'registered') await (this.#confirmed ? this.#renew() : this.#register());
    } catch {
      // no answer: once more in the next round
    } finally {
      this.#busy = false;
    }
  }

  async #register(): Promise<void> {
    const confirm = this.#confirm;
    const body = JSON.stringify({ instance: this.#body() });
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const { status } = await this.#write('register', `/apps/${this.app}`, { method: 'POST', headers, body });
    if (status !== 204) return;
    confirm?.(this.#world.now());
    // Meanwhile it may want something else.
    if (confirm === this.#confirm) this.#confirmed = true;
  }

  async #renew(): Promise<void> {
    const path = `/apps/${this.app}/${this.id}?status=${this.status}&lastDirtyTimestamp=${this.#dirty}`;
    const { status } = await this.#write('renew', path, { method: 'PUT' });
    // It does not stop being true for that: the registry has lost it, and gets it back.
    if (status === 404) this.#confirmed = false;
  }

  async #cancel(): Promise<void> {
    // Only from here on: a registration that was under way may have come first.
    const { truth, now } = this.#world;
    const confirm = truth.change(now(), this.id, { ...this.#line(), state: 'absent', ending: 'cancelled' });
    const { status } = await this.#write('cancel', `/apps/${this.app}/${this.id}`, { method: 'DELETE' });
    if (status !== 200 && status !== 404) return;
    // Unknown there, so nobody is told of a cancel: it is merely lacking.
    if (status === 404) truth.change(now(), this.id, { ...this.#line(), state: 'absent', ending: 'lost' });
    confirm(now());
    this.diedAt = now();
    this.phase = 'gone';
    await this.backend.die();
  }

  async #write(
    what: WriteAnswer['what'],
    path: string,
    options: { readonly method: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
  ): Promise<WireAnswer> {
    const { id, through } = this;
    const { now, legacy, balancer, answered } = this.#world;
    const sentAt = now();
    const told = (status: number, reason: string): void => {
      const acceptedAt = this.#acceptedAt;
      answered({ what, id, through, status, sentAt, receivedAt: now(), acceptedAt, reason });
    };
    const url = (through === 'legacy' ? legacy : balancer) + path;
    const answer = await ask(url, { ...options, timeoutMs: LIMITS.write }).catch((error: unknown) => {
      told(0, String(error));
      throw error;
    });
    told(
      answer.status,
      `${String(answer.headers['x-answered-by'] ?? '')} ${String(answer.headers['x-eurek8s-reason'] ?? '')}`,
    );
    if (answer.status === 200 || answer.status === 204) this.#acceptedAt = what === 'cancel' ? -Infinity : sentAt;
    return answer;
  }

  #line() {
    return { source: 'legacy', app: this.app } as const;
  }

  #state(): string {
    const { app, backend, status } = this;
    const fields = {
      app,
      host: '127.0.0.1',
      ip: '127.0.0.1',
      port: backend.port,
      vip: app.toLowerCase(),
      v: `${this.#v}`,
    };
    return `${stateOf(fields)} ${status}`;
  }

  #body() {
    const { app, id, status, backend } = this;
    const base = `http://127.0.0.1:${backend.port}`;
    return {
      instanceId: id,
      hostName: '127.0.0.1',
      app,
      ipAddr: '127.0.0.1',
      status,
      overriddenStatus: 'UNKNOWN',
      port: { $: backend.port, '@enabled': 'true' },
      securePort: { $: 443, '@enabled': 'false' },
      countryId: 1,
      dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
      leaseInfo: { renewalIntervalInSecs: TIMES.heartbeat / 1_000, durationInSecs: TIMES.leaseDuration / 1_000 },
      metadata: { v: `${this.#v}` },
      homePageUrl: `${base}/`,
      // Those of Spring, which an entry from Kubernetes has as well when it has never had a twin.
      statusPageUrl: `${base}/actuator/info`,
      healthCheckUrl: `${base}/actuator/health`,
      vipAddress: app.toLowerCase(),
      secureVipAddress: app.toLowerCase(),
      isCoordinatingDiscoveryServer: 'false',
      lastUpdatedTimestamp: `${this.#dirty}`,
      lastDirtyTimestamp: `${this.#dirty}`,
    };
  }
}
