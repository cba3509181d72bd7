import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../server/ports/log.ts';
import type { FileAccess } from '../../server/sources/manifests/manifest-directory.ts';
import { ManifestsSource } from '../../server/sources/manifests/manifests-source.ts';
import { systemClock } from '../../server/system/clock.ts';
import type { GuardsConfig } from '../../shared/config/config.ts';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import { rawEndpointSlice, rawIngress, rawService } from './cluster-objects.ts';
import { ContributionRecorder } from './contribution-recorder.ts';
import { derivationConfig } from './derivation.ts';
import { nameTable } from './name-table.ts';
import { NO_METRICS } from './no-metrics.ts';
import { stepByStep } from './time-slices.ts';
import { SILENT_LOG } from './silent-log.ts';
import { PATIENCE_MS } from '../testbed/until.ts';

export interface ManifestsScene {
  readonly directory: string;
  readonly source: ManifestsSource;
  readonly sink: ContributionRecorder;
  readonly write: (name: string, ...objects: readonly object[]) => void;
}

/** A started source over a directory of its own. */
export function begin(
  t: TestContext,
  files: Readonly<Record<string, string>> = {},
  {
    missing = false,
    rescanMs = 60_000,
    access,
    newTimeSlice = stepByStep,
    log = SILENT_LOG,
    ...given
  }: {
    missing?: boolean;
    rescanMs?: number;
    access?: FileAccess;
    newTimeSlice?: NewTimeSlice;
    log?: Log;
    guards?: GuardsConfig;
  } = {},
): ManifestsScene {
  const root = mkdtempSync(join(tmpdir(), 'manifests-'));
  const directory = join(root, 'd');
  if (!missing) mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const sink = new ContributionRecorder();
  const { selection, defaults, addresses, guards, probing } = derivationConfig(given);
  const source = new ManifestsSource({
    name: 'local',
    directory,
    selection,
    defaults,
    addresses,
    guards,
    probing,
    ...(access === undefined ? {} : { access }),
    resolver: nameTable(),
    clock: systemClock(Date.now),
    log,
    metrics: NO_METRICS,
    newTimeSlice,
    rescanMs,
  });
  source.start(sink);
  t.after(async () => {
    await source.stop();
    rmSync(root, { recursive: true, force: true });
  });
  const write = (name: string, ...objects: readonly object[]): void =>
    writeFileSync(join(directory, name), text(...objects));
  return { directory, source, sink, write };
}

/** JSON is YAML too. */
export function text(...objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object, undefined, 1)).join('\n---\n');
}

/** Ingress, Service and EndpointSlice of one application. */
export function app(name: string, ready = 1): readonly object[] {
  return [rawIngress(name), rawService(name), rawEndpointSlice(`${name}-1`, name, ready)];
}

export async function until(condition: () => boolean, what: string, limitMs = PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) assert.fail(`waited in vain for: ${what}`);
    await sleep(5);
  }
}

/** Milliseconds after which a scan would have taken place, if there were a reason. */
export const A_SCAN = 400;
