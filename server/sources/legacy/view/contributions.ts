import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName } from '../../../../shared/model/names.ts';
import { identifierTextFault } from '../../../../shared/codec/identifiers.ts';
import { byText } from '../../../../shared/model/order.ts';
import { sameContent } from '../../../../shared/model/same-content.ts';
import type { Brake } from '../../../../shared/guard/brake.ts';
import {
  NO_CONTRIBUTION,
  type AppContribution,
  type ContributionUpdate,
} from '../../../../shared/contribution/contribution.ts';
import type { Steps } from '../../../../shared/time-slice.ts';
import type { PendingWrites } from './pending-writes.ts';
import type { PolledView } from './polled-view.ts';

/** The parts of a contribution. */
export interface ViewParts {
  /** What the legacy's answers list. */
  readonly polled: PolledView;
  /** What is no longer listed and still served. */
  readonly brake: Brake;
  /** What was written and is not yet listed. */
  readonly pending: PendingWrites;
}

/** The current contribution to each application. */
export class LegacyContributions {
  readonly #parts: ViewParts;
  readonly #contributions = new Map<AppName, AppContribution>();

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  restore(contributions: ReadonlyMap<AppName, AppContribution>): void {
    for (const [app, contribution] of contributions) this.#contributions.set(app, contribution);
  }

  /** All applications with a contribution. */
  apps(): readonly AppName[] {
    return [...this.#contributions.keys()];
  }

  of(apps: Iterable<AppName>): ContributionUpdate {
    return new Map(Array.from(apps, (app) => [app, this.#contributions.get(app)]));
  }

  /** Builds the contributions to these applications anew. Returns those that changed. */
  update(apps: Iterable<AppName>): ContributionUpdate {
    return this.of([...apps].filter((app) => this.#rebuild(app)));
  }

  /**
   * The same, one application in each step, for as many as an answer may touch. Returns the applications whose
   * contributions changed.
   */
  *updateSteps(apps: Iterable<AppName>): Steps<ReadonlySet<AppName>> {
    const different = new Set<AppName>();
    for (const app of apps) {
      if (this.#rebuild(app)) different.add(app);
      yield;
    }
    return different;
  }

  /** Returns whether the contribution changed. */
  #rebuild(app: AppName): boolean {
    const before = this.#contributions.get(app);
    const after = buildContribution(this.#records(app), before);
    if (sameContribution(before, after)) return false;
    if (after === undefined) this.#contributions.delete(app);
    else this.#contributions.set(app, after);
    return true;
  }

  /** The listed instances, the held ones in addition, and the written ones in place of either. */
  #records(app: AppName): readonly InstanceRecord[] {
    const { polled, brake, pending } = this.#parts;
    const records = new Map(polled.instances(app));
    for (const [id, held] of brake.retained(app) ?? []) if (!records.has(id)) records.set(id, held);
    for (const [id, { record }] of pending.of(app) ?? []) {
      const listed = records.get(id);
      if (record === undefined) records.delete(id);
      else if (listed === undefined || !sameContent(listed, record)) records.set(id, record);
    }
    return [...records.values()];
  }
}

/** `undefined` without any record. A record whose content is that of `before` stays the same object. */
function buildContribution(
  records: readonly InstanceRecord[],
  before: AppContribution | undefined,
): AppContribution | undefined {
  const known = new Map(before?.instances.map((record) => [record.id, record]));
  const instances: InstanceRecord[] = [];
  for (const record of records.toSorted((a, b) => byText(a.id, b.id))) {
    // No URL could name the instance, neither for a heartbeat nor for anything else.
    if (identifierTextFault(record) !== undefined) continue;
    const old = known.get(record.id);
    instances.push(old !== undefined && sameContent(old, record) ? old : record);
  }
  return instances.length === 0 ? undefined : { ...NO_CONTRIBUTION, instances };
}

function sameContribution(a: AppContribution | undefined, b: AppContribution | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.instances.length === b.instances.length && a.instances.every((record, index) => record === b.instances[index])
  );
}
