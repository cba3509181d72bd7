import assert from 'node:assert/strict';
import { parseAllDocuments, stringify } from 'yaml';
import { Derivation } from '../../../server/derivation/derivation.ts';
import type { Config } from '../../../shared/config/config.ts';
import type { AppContribution } from '../../../shared/contribution/contribution.ts';
import { sourceId, type AppName, type SourceId } from '../../../shared/model/names.ts';
import { byText } from '../../../shared/model/order.ts';
import type { MergedApplication } from '../../../shared/registry/application.ts';
import { mergeApplication, type MergeRules } from '../../../shared/registry/merge.ts';
import { overlayRules } from '../../../shared/registry/overlay.ts';
import { vipOwnersOf } from '../../../shared/registry/vip-claims.ts';
import type { StrippedObject } from '../../../shared/ingress/stripped.ts';
import type { Steps } from '../../../shared/time-slice.ts';
import { configured } from '../config.ts';
import { ContributionRecorder } from '../contribution-recorder.ts';
import { derivationConfig } from '../derivation.ts';
import { nameTable, type NameState, type NameTable } from '../name-table.ts';
import { NO_METRICS } from '../no-metrics.ts';
import { SteppedClock } from '../stepped-clock.ts';
import { endlessSlice } from '../time-slices.ts';
import { ingressObjects, KINDS, type IngressCase } from './ingress-case.ts';
import { contributionsOf, type RegistrationCase } from './registration-case.ts';
import { SILENT_LOG } from '../silent-log.ts';

/** The first document of a case, which is optional: what all of its steps have in common. */
interface Head {
  /** As in the configuration file. What is left out has its default. */
  readonly config?: object;
  /** Addresses, `pending`, or the text of a failure. Other names do not exist. */
  readonly dns?: Readonly<Record<string, NameState>>;
}

/** One state of the sources. A source that a step does not name keeps its contribution. */
interface StepCase {
  /** `HH:MM[:SS]` on the day of all cases. */
  readonly at?: string;
  readonly legacy?: readonly RegistrationCase[];
  readonly leases?: readonly RegistrationCase[];
  /** Absorbed ones. */
  readonly overlay?: readonly RegistrationCase[];
  /** By cluster. */
  readonly clusters?: Readonly<Record<string, readonly IngressCase[]>>;
}

/** The outcome of one step, by application. */
export interface StepOutcome {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly merged: ReadonlyMap<AppName, MergedApplication>;
  readonly before: ReadonlyMap<AppName, MergedApplication>;
  /** Every registration of this step, by source and id, before the merge. */
  readonly given: ReadonlyMap<SourceId, ReadonlyMap<AppName, AppContribution>>;
}

const DAY = '2026-05-01T';

/** Runs a case: takes registrations and cluster objects through the derivation and the merge of the product. */
export function runMergeCase(text: string): readonly StepOutcome[] {
  const documents = parseAllDocuments(text, { schema: 'core' }).map((document): unknown => document.toJS() ?? {});
  const { config, dns } = documents.find(isHead) ?? {};
  const steps = documents.filter((document) => !isHead(document));
  assert.ok(steps.length > 0, 'a case has one step at least');
  const world = new MergeWorld(configured(config === undefined ? {} : { file: stringify(config) }), nameTable(dns));
  return (steps as StepCase[]).map((step, i) => world.step(step, i));
}

function isHead(document: unknown): document is Head {
  const keys = Object.keys(document as object);
  return keys.length > 0 && keys.every((key) => key === 'config' || key === 'dns');
}

class MergeWorld {
  readonly #config: Config;
  readonly #rules: MergeRules;
  readonly #names: NameTable;
  readonly #clock = new SteppedClock(Date.parse(`${DAY}12:00:00Z`));
  readonly #registries = new Map<'legacy' | 'leases' | 'overlay', ReadonlyMap<AppName, AppContribution>>();
  readonly #clusters = new Map<string, { readonly derivation: Derivation; readonly sink: ContributionRecorder }>();
  #merged: ReadonlyMap<AppName, MergedApplication> = new Map();

  constructor(config: Config, names: NameTable) {
    this.#config = config;
    this.#rules = mergeRules(config);
    this.#names = names;
  }

  step({ at, legacy, leases, overlay, clusters = {}, ...rest }: StepCase, number: number): StepOutcome {
    assert.deepEqual(Object.keys(rest), [], 'a step has at, legacy, leases, overlay and clusters only');
    const until = at === undefined ? this.#clock.now() + (number === 0 ? 0 : 60_000) : Date.parse(`${DAY}${at}Z`);
    this.#clock.advance(until - this.#clock.now());
    if (legacy !== undefined) this.#registries.set('legacy', contributionsOf(legacy));
    if (leases !== undefined) this.#registries.set('leases', contributionsOf(leases));
    if (overlay !== undefined) this.#registries.set('overlay', contributionsOf(overlay));
    for (const [cluster, ingresses] of Object.entries(clusters)) this.#setCluster(cluster, ingresses);
    const before = this.#merged;
    const given = this.#given();
    this.#merged = this.#merge(given, before);
    return { at: this.#clock.now(), merged: this.#merged, before, given };
  }

  #setCluster(cluster: string, ingresses: readonly IngressCase[]): void {
    const objects = ingresses.flatMap((each) => ingressObjects(each));
    const existing = this.#clusters.get(cluster);
    const { derivation } = existing ?? this.#openCluster(cluster);
    void derivation.batch(replaceAll(derivation, objects));
    if (existing === undefined) derivation.allListed();
  }

  #openCluster(cluster: string): { readonly derivation: Derivation; readonly sink: ContributionRecorder } {
    const { selection, defaults, addresses } = this.#config;
    const sink = new ContributionRecorder();
    const derivation = new Derivation({
      ...derivationConfig({ selection, defaults }),
      cluster,
      addresses,
      resolver: this.#names,
      clock: this.#clock,
      log: SILENT_LOG,
      metrics: NO_METRICS,
      sink,
      newTimeSlice: endlessSlice,
    });
    const opened = { derivation, sink };
    this.#clusters.set(cluster, opened);
    return opened;
  }

  /** In the order of precedence of the product. */
  #given(): ReadonlyMap<SourceId, ReadonlyMap<AppName, AppContribution>> {
    const given = new Map<SourceId, ReadonlyMap<AppName, AppContribution>>();
    for (const registry of ['overlay', 'legacy', 'leases'] as const)
      given.set(sourceId(registry), this.#registries.get(registry) ?? new Map());
    for (const [cluster, { sink }] of this.#clusters) given.set(sourceId(`cluster:${cluster}`), new Map(sink.apps));
    return given;
  }

  #merge(
    given: StepOutcome['given'],
    before: ReadonlyMap<AppName, MergedApplication>,
  ): ReadonlyMap<AppName, MergedApplication> {
    const names = new Set([...before.keys(), ...[...given.values()].flatMap((apps) => [...apps.keys()])]);
    return new Map(
      [...names].toSorted(byText).map((name) => {
        const contributions = [...given].flatMap(([source, apps]) => {
          const contribution = apps.get(name);
          return contribution === undefined ? [] : [{ source, contribution }];
        });
        return [name, mergeApplication(name, contributions, this.#rules, before.get(name), this.#clock.now())] as const;
      }),
    );
  }
}

function mergeRules({ applications, overlay, ownership }: Config): MergeRules {
  return {
    application: (name) => applications.get(name) ?? { policy: undefined, namespaces: [] },
    ownership,
    vipOwners: vipOwnersOf(applications),
    overlay: overlayRules(overlay),
  };
}

function* replaceAll(derivation: Derivation, objects: readonly StrippedObject[]): Steps<void> {
  for (const kind of KINDS) {
    derivation.replaceKind(
      kind,
      objects.filter((object) => object.kind === kind),
    );
    yield;
  }
}
