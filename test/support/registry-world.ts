import { Hub } from '../../server/hub/hub.ts';
import type { Publication } from '../../shared/contribution/publication.ts';
import { DEFAULT_LEASE, INSTANCE_STATUSES, type InstanceRecord } from '../../shared/model/instance.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import type { AppContribution } from '../../shared/contribution/contribution.ts';
import type { DeltaWindow } from '../../shared/registry/delta-window.ts';
import type { MergeRules } from '../../shared/registry/merge.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { HandSource } from './hand-source.ts';
import { instance } from './instances.ts';
import { OPEN_RULES } from './merge-rules.ts';
import { endlessSlice } from './time-slices.ts';
import { publication } from './publications.ts';
import type { RegistrySourceIndex, SourceIndex, Step } from './registry-steps.ts';
import { SteppedClock } from './stepped-clock.ts';
import { NO_METRICS } from './no-metrics.ts';
import { SILENT_LOG } from './silent-log.ts';

const RULES: MergeRules = {
  ...OPEN_RULES,
  application: (name) => ({ policy: name === 'C' ? 'prefer-kubernetes' : 'both', namespaces: [] }),
};

/** What an upstream has of one application. Its source contributes the same while it can reach it. */
interface UpstreamApp {
  readonly instances: ReadonlyMap<string, InstanceRecord>;
  readonly publication: Publication | undefined;
}

const NOTHING: UpstreamApp = { instances: new Map(), publication: undefined };

/** A source with its upstream. It contributes every change at once, and none while the upstream is out of reach. */
class Upstream {
  readonly source: HandSource;
  readonly #has = new Map<string, UpstreamApp>();
  #contributed = new Map<string, UpstreamApp>();
  #reach: 'in reach' | 'out of reach' = 'in reach';

  constructor(id: string) {
    this.source = new HandSource(id);
  }

  has(app: string): UpstreamApp {
    return this.#has.get(app) ?? NOTHING;
  }

  /** The last contribution of the source. */
  contributed(app: string): UpstreamApp {
    return this.#contributed.get(app) ?? NOTHING;
  }

  /** One change of the upstream, which the source contributes as one. */
  change(changes: Readonly<Record<string, Partial<UpstreamApp>>>): void {
    for (const [app, change] of Object.entries(changes)) this.#has.set(app, { ...this.has(app), ...change });
    if (this.#reach === 'out of reach') return;
    for (const app of Object.keys(changes)) this.#contributed.set(app, this.has(app));
    this.source.sink?.update(
      new Map(Object.keys(changes).map((app) => [appName(app), this.#contribution(app)])),
      'now',
    );
  }

  fail(): void {
    this.#reach = 'out of reach';
  }

  /** Back in reach. The source contributes a complete view, and what that does not have is gone. */
  heal(): void {
    this.#reach = 'in reach';
    this.#contributed = new Map(this.#has);
    const all = new Map<AppName, AppContribution>();
    for (const app of this.#has.keys()) {
      const contribution = this.#contribution(app);
      if (contribution !== undefined) all.set(appName(app), contribution);
    }
    this.source.sink?.replace(all);
  }

  #contribution(app: string): AppContribution | undefined {
    const { instances, publication: published } = this.has(app);
    if (instances.size === 0 && published === undefined) return undefined;
    return {
      instances: [...instances.values()],
      publications: published === undefined ? [] : [published],
      refusals: [],
    };
  }
}

/** The real hub with two registries and a cluster. Steps drive their upstreams. */
export class RegistryWorld {
  readonly clock = new SteppedClock();
  readonly #window: DeltaWindow;
  readonly #registries = [new Upstream('legacy0'), new Upstream('legacy1')] as const;
  readonly #cluster = new Upstream('cluster:main');
  readonly #upstreams = [...this.#registries, this.#cluster];
  #hub: Hub;
  /** When the present hub was started. */
  startedAt = this.clock.now();

  constructor(window: DeltaWindow) {
    this.#window = window;
    this.#hub = this.#start(1);
  }

  get snapshot(): RegistrySnapshot {
    const snapshot = this.#hub.snapshot();
    if (snapshot === undefined) throw new Error('every source has synced, and still nothing is answered');
    return snapshot;
  }

  /** The registrations of one application as the rules have it: of one id in two sources the first source is served. */
  expected(app: string): { readonly registrations: ReadonlyMap<string, InstanceRecord>; readonly alone: boolean } {
    const [first, second] = this.#registries;
    return {
      registrations: new Map([...second.contributed(app).instances, ...first.contributed(app).instances]),
      alone: this.#cluster.contributed(app).publication === undefined,
    };
  }

  #start(firstVersion: number): Hub {
    const sources = this.#upstreams.map(({ source }) => source);
    const hub = new Hub({
      clock: this.clock,
      steady: this.clock,
      log: SILENT_LOG,
      metrics: NO_METRICS,
      newTimeSlice: endlessSlice,
      rules: RULES,
      sources,
      firstVersion,
      deltaWindow: this.#window,
    });
    hub.start();
    for (const upstream of this.#upstreams) {
      upstream.heal();
      upstream.source.sink?.synced();
    }
    return hub;
  }

  /** Meanwhile an instance goes and another comes, so that the status counts may stay the same. */
  #restart({ source, app, id }: Extract<Step, { kind: 'restart' }>): void {
    const { version } = this.snapshot;
    void this.#hub.stop();
    for (const upstream of this.#upstreams) upstream.fail();
    this.#rename({ kind: 'rename', source, id, from: app, to: app === 'A' ? 'B' : 'A' });
    this.clock.advance(10_000);
    this.#hub = this.#start(version + 10);
    this.startedAt = this.clock.now();
  }

  apply(step: Step): void {
    switch (step.kind) {
      case 'put':
        return this.#put(step.source, step.app, step.id, step.status, step.color, step.stamp);
      case 'drop':
        return this.#registry(step.source).change({
          [step.app]: { instances: this.#without(step.source, step.app, step.id) },
        });
      case 'rename':
        return this.#rename(step);
      case 'claim':
        this.#put(0, step.app, step.id, step.color, step.color);
        return this.#put(1, step.app, step.id, step.color + 1, step.color + 1);
      case 'publish': {
        const traffic = { kind: 'share', percent: step.percent } as const;
        const published = publication(step.app, { status: step.up ? 'UP' : 'DOWN', traffic });
        return this.#cluster.change({ [step.app]: { publication: published } });
      }
      case 'unpublish':
        return this.#cluster.change({ [step.app]: { publication: undefined } });
      case 'fail':
        return this.#upstream(step.source).fail();
      case 'heal':
        this.#upstream(step.source).heal();
        // A complete view may wait for the end of the hub's window.
        return this.clock.advance(100);
      case 'restart':
        return this.#restart(step);
      case 'wait':
        return this.clock.advance(step.ms);
      case 'linger':
        return this.clock.advance(this.#window.leastMs * step.part);
      case 'outlast':
        return this.clock.advance(this.#window.mostMs + 30_001);
      case 'join':
      case 'poll':
        return undefined;
    }
  }

  #put(source: RegistrySourceIndex, app: string, id: string, status: number, color: number, stamp = 0): void {
    const record = instance(app, id, {
      status: INSTANCE_STATUSES[status] ?? 'UP',
      metadata: new Map([['color', String(color)]]),
      lastUpdatedTimestamp: stamp,
      lastDirtyTimestamp: stamp,
      leaseInfo: { ...DEFAULT_LEASE, registrationTimestamp: stamp, serviceUpTimestamp: stamp },
    });
    const { instances } = this.#registry(source).has(app);
    this.#registry(source).change({ [app]: { instances: new Map([...instances, [id, record]]) } });
  }

  #rename({ source, id, from, to }: Extract<Step, { kind: 'rename' }>): void {
    const record = this.#registry(source).has(from).instances.get(id);
    if (record === undefined || from === to) return;
    const moved = { ...record, app: appName(to) };
    const { instances } = this.#registry(source).has(to);
    this.#registry(source).change({
      [from]: { instances: this.#without(source, from, id) },
      [to]: { instances: new Map([...instances, [id, moved]]) },
    });
  }

  #without(source: RegistrySourceIndex, app: string, id: string): ReadonlyMap<string, InstanceRecord> {
    return new Map([...this.#registry(source).has(app).instances].filter(([each]) => each !== id));
  }

  #registry(source: RegistrySourceIndex): Upstream {
    return this.#registries[source];
  }

  #upstream(source: SourceIndex): Upstream {
    return source === 2 ? this.#cluster : this.#registries[source];
  }
}
