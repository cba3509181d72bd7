import { Hub } from '../../server/hub/hub.ts';
import { TrafficSteps } from '../../server/hub/traffic-steps.ts';
import { NO_CONTRIBUTION } from '../../shared/contribution/contribution.ts';
import type { Schedule } from '../../shared/contribution/traffic.ts';
import { appName } from '../../shared/model/names.ts';
import type { Dial } from '../../shared/registry/application.ts';
import { DELTA_WINDOW } from '../../shared/registry/delta-window.ts';
import { HandSource } from './hand-source.ts';
import { instance } from './instances.ts';
import { OPEN_RULES } from './merge-rules.ts';
import { NO_METRICS } from './no-metrics.ts';
import { publication } from './publications.ts';
import { SILENT_LOG } from './silent-log.ts';
import type { SteppedClock } from './stepped-clock.ts';
import { endlessSlice } from './time-slices.ts';

/** A hub as a server has it: CAROL beside three registered instances follows a schedule. */
export class ScheduledHub {
  readonly hub: Hub;
  readonly #steps: TrafficSteps;
  readonly #legacy = new HandSource('legacy');
  readonly #cluster = new HandSource('cluster:main');

  constructor(clock: SteppedClock, schedule: Schedule | undefined) {
    const sources = [this.#legacy, this.#cluster];
    const parts = {
      clock,
      steady: clock.steady,
      log: SILENT_LOG,
      metrics: NO_METRICS,
      newTimeSlice: endlessSlice,
      sources,
    };
    this.hub = new Hub({ ...parts, rules: OPEN_RULES, firstVersion: 1, deltaWindow: DELTA_WINDOW });
    this.#steps = new TrafficSteps(clock, (apps) => this.hub.remerge(apps));
    this.hub.onUpdate((update) => this.#steps.note(update));
    this.hub.start();
    const instances = ['i-1', 'i-2', 'i-3'].map((id) => instance('CAROL', id));
    this.#legacy.sink?.replace(new Map([[appName('CAROL'), { ...NO_CONTRIBUTION, instances }]]));
    this.#legacy.sink?.synced();
    this.write(schedule);
    this.#cluster.sink?.synced();
  }

  /** `undefined`: no Ingress. */
  write(schedule: Schedule | undefined): void {
    const publications = schedule === undefined ? [] : [publication('CAROL', { traffic: schedule, changedAt: 0 })];
    this.#cluster.sink?.replace(new Map([[appName('CAROL'), { ...NO_CONTRIBUTION, publications }]]));
  }

  dial(): Dial | undefined {
    return this.#carol()?.dial;
  }

  /** What callers see: ids and statuses. */
  served(): readonly string[] {
    return (this.#carol()?.served ?? []).map(({ id, status }) => `${id} ${status}`);
  }

  stop(): void {
    this.#steps.stop();
    void this.hub.stop();
  }

  #carol() {
    return this.hub.snapshot()?.applications.find(({ name }) => name === 'CAROL');
  }
}
