import { setTimeout as sleep } from 'node:timers/promises';
import { registration } from '../../data/registry.ts';
import type { RegistrySize } from '../../section.ts';
import { Connection, requestBytes } from './connection.ts';
import type { View, Views } from './poller-view.ts';

const FULL = requestBytes('GET', '/eureka/apps', { accept: 'application/json', 'accept-encoding': 'gzip' });
const DELTA = requestBytes('GET', '/eureka/apps/delta', { accept: 'application/json', 'accept-encoding': 'gzip' });

/** What the pollers did while it was counted. */
export class Tally {
  counting = false;
  polls = 0;
  bytes = 0;
  mismatches = 0;
  refused = 0;
  readonly latencies: number[] = [];
}

interface Round {
  /** The milliseconds of a delta and a heartbeat. */
  readonly took: number;
  readonly bytes: number;
  readonly statuses: readonly number[];
  readonly mismatch: boolean;
}

/** One client of the registry: everything once, then a delta and a heartbeat each interval, on one connection. */
export class Poller {
  readonly #connection: Connection;
  readonly #heartbeat: Buffer;
  readonly #views: Views;
  #view: View | undefined;

  private constructor(connection: Connection, heartbeat: Buffer, views: Views) {
    this.#connection = connection;
    this.#heartbeat = heartbeat;
    this.#views = views;
  }

  static async start(port: number, size: RegistrySize, index: number, views: Views): Promise<Poller> {
    const { app, id } = registration(size, index % size.applications, index % size.instancesEach);
    const heartbeat = requestBytes('PUT', `/eureka/apps/${app}/${id}?status=UP`, { accept: 'application/json' });
    const poller = new Poller(await Connection.open(port), heartbeat, views);
    await poller.#fetchAll();
    return poller;
  }

  /** Never ends: the process does. */
  async poll(intervalMs: number, tally: Tally): Promise<never> {
    for (let due = performance.now() + intervalMs; ; due += intervalMs) {
      await sleep(Math.max(0, due - performance.now()));
      const { took, bytes, statuses, mismatch } = await this.#round();
      if (mismatch) await this.#fetchAll();
      if (!tally.counting) continue;
      tally.polls++;
      tally.bytes += bytes;
      tally.latencies.push(took);
      if (mismatch) tally.mismatches++;
      if (statuses.some((status) => status !== 200)) tally.refused++;
    }
  }

  async #round(): Promise<Round> {
    const sentAt = performance.now();
    const delta = await this.#connection.ask(DELTA);
    const view = this.#view === undefined ? undefined : this.#views.after(this.#view, delta.body);
    if (view !== undefined) this.#view = view;
    const renewed = await this.#connection.ask(this.#heartbeat);
    return {
      took: performance.now() - sentAt,
      bytes: delta.body.length,
      statuses: [delta.status, renewed.status],
      mismatch: view === undefined,
    };
  }

  async #fetchAll(): Promise<void> {
    const { status, body } = await this.#connection.ask(FULL);
    if (status !== 200) throw new Error(`a full fetch was answered ${status}`);
    this.#view = this.#views.full(body);
  }
}
