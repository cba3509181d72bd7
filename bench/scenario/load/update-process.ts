import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Answers } from '../../../server/encode/answers.ts';
import { variantOf, type Variant } from '../../../server/encode/variant.ts';
import { Hub } from '../../../server/hub/hub.ts';
import type { ContributionSink, Source } from '../../../server/ports/source.ts';
import type { Log } from '../../../server/ports/log.ts';
import { systemClock } from '../../../server/system/clock.ts';
import { systemTimeSlices } from '../../../server/system/time-slices.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import { sourceId, type AppName } from '../../../shared/model/names.ts';
import type { AppContribution } from '../../../shared/contribution/contribution.ts';
import type { RegistrySize } from '../../section.ts';
import { percentile } from '../../statistics.ts';
import { listingOf } from './legacy-listing.ts';

export interface UpdateInput {
  readonly size: RegistrySize;
  readonly changes: number;
}

/** Milliseconds of one change: of the event loop's time, and until the answer is there. */
export interface UpdateResult {
  readonly variants: readonly {
    readonly name: string;
    readonly loop: Percentiles;
    readonly ready: Percentiles;
  }[];
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** Changes before the counted ones: the code is compiled and the answers have been made once. */
const WARM_UP = 100;
/** Changes of a fleet are apart; what is done after one is not counted to the next. */
const APART_MS = 2;

const JSON_GZIP = variantOf('json', 'full', 'gzip');
const XML_GZIP = variantOf('xml', 'full', 'gzip');
const COMPACT_GZIP = variantOf('json', 'compact', 'gzip');

/** The answers that are asked for after each change. A document that nobody asks for costs nothing. */
const ASKED: readonly { readonly name: string; readonly variants: readonly Variant[] }[] = [
  { name: 'JSON gzip', variants: [JSON_GZIP] },
  { name: 'JSON, XML and compact, gzip', variants: [JSON_GZIP, XML_GZIP, COMPACT_GZIP] },
];

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A source that says what it is told to. */
class Scripted implements Source {
  readonly id = sourceId('scripted');
  readonly world = 'legacy';
  readonly required = true;
  sink: ContributionSink | undefined;

  start(sink: ContributionSink): void {
    this.sink = sink;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  health(): ReturnType<Source['health']> {
    return { state: 'synced', lastSuccessAt: undefined, lastError: undefined, detail: {} };
  }
}

/** The parts of the server that a change goes through, as `server/wire.ts` joins them, without network around. */
async function main({ size, changes }: UpdateInput): Promise<void> {
  const source = new Scripted();
  const newTimeSlice = systemTimeSlices();
  const hub = new Hub({
    metrics: { count: () => undefined },
    clock: systemClock(() => Date.now()),
    log: SILENT,
    newTimeSlice,
    rules: {
      application: () => ({ policy: undefined, namespaces: [] }),
      ownership: 'open' as const,
      overlay: { networks: [], action: 'hide' },
    },
    sources: [source],
    firstVersion: 1,
  });
  hub.start();
  const listing = listingOf(size, Date.now());
  source.sink?.replace(new Map([...listing].map(([app, instances]) => [app, contributionOf(instances)])));
  source.sink?.synced();
  while (hub.snapshot() === undefined) await sleep(10);

  const answers = new Answers(newTimeSlice);
  const apps = [...listing.keys()];
  let made = 0;
  const change = async (variants: readonly Variant[]): Promise<{ readonly loop: number; readonly ready: number }> => {
    const app = apps[(made * 7919) % apps.length] as AppName;
    const update = new Map([[app, contributionOf(changed(listing, app, made++))]]);
    const before = performance.eventLoopUtilization();
    const startedAt = performance.now();
    source.sink?.update(update, 'now');
    const snapshot = hub.snapshot();
    if (snapshot === undefined) throw new Error('the registry closed again');
    for (const variant of variants) await answers.apps(snapshot, variant);
    return { ready: performance.now() - startedAt, loop: performance.eventLoopUtilization(before).active };
  };

  const result: UpdateResult['variants'][number][] = [];
  for (const { name, variants } of ASKED) {
    for (let i = 0; i < WARM_UP; i++) await change(variants);
    const all: { readonly loop: number; readonly ready: number }[] = [];
    for (let i = 0; i < changes; i++) {
      await sleep(APART_MS);
      all.push(await change(variants));
    }
    result.push({
      name,
      loop: percentilesOf(all.map(({ loop }) => loop)),
      ready: percentilesOf(all.map(({ ready }) => ready)),
    });
  }
  process.stdout.write(`${JSON.stringify({ variants: result } satisfies UpdateResult)}\n`);
  await hub.stop();
}

/** One instance of the application has other metadata than before; the others are the objects they were. */
function changed(listing: Map<AppName, InstanceRecord[]>, app: AppName, nth: number): readonly InstanceRecord[] {
  const before = listing.get(app) ?? [];
  const position = nth % before.length;
  const after = before.map((record, i) =>
    i === position
      ? {
          ...record,
          metadata: new Map([...record.metadata, ['deployment', `d-${nth}`]]),
          lastUpdatedTimestamp: Date.now(),
        }
      : record,
  );
  listing.set(app, after);
  return after;
}

function contributionOf(instances: readonly InstanceRecord[]): AppContribution {
  return { instances, publications: [], refusals: [] };
}

function percentilesOf(values: readonly number[]): Percentiles {
  return { p50: percentile(values, 50), p99: percentile(values, 99), most: Math.max(...values) };
}

await main(JSON.parse(process.argv[2] ?? '{}') as UpdateInput);
