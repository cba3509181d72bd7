import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../../server/ports/log.ts';
import {
  KubernetesSource,
  type KubernetesSourceOptions,
} from '../../../server/sources/kubernetes/kubernetes-source.ts';
import type { Timing } from '../../../server/sources/kubernetes/timing.ts';
import { systemClock } from '../../../server/system/clock.ts';
import type { SelectionConfig } from '../../../shared/config/config.ts';
import { stripObject } from '../../../shared/ingress/strip.ts';
import { FakeKubernetes, type Transport } from '../fake-kubernetes.ts';
import { stepByStep } from '../time-slices.ts';
import { ObjectRecorder } from './object-recorder.ts';

/** Twenty times as fast as in production, with deadlines that only a fault exceeds, however busy the machine is. */
export const FAST: Timing = {
  minInterval: 50,
  maxBackoff: 400,
  watchTimeout: 290_000,
  silenceLimit: 2_000,
  pageDeadline: 5_000,
  pluginLimit: 4_000,
  forbiddenPatience: 200,
  relistInterval: 3_600_000,
  staleAfter: 300,
  extensionInterval: 60_000,
  removalDoubt: 50,
  pageSize: 500,
};

export const EVERYTHING: SelectionConfig = {
  mode: 'annotated',
  ingressClasses: [],
  gatewayClasses: [],
  namespaces: [],
  namespaceSelector: '',
  labelSelector: '',
};

export interface Scene {
  readonly fake: FakeKubernetes;
  readonly source: KubernetesSource;
  readonly sink: ObjectRecorder;
  readonly log: readonly string[];
  /** Where the kubeconfig is. */
  readonly directory: string;
}

export interface SceneOptions extends Partial<Pick<KubernetesSourceOptions, 'selection' | 'healthMode' | 'strip'>> {
  readonly transport?: Transport;
  readonly timing?: Partial<Timing>;
  readonly user?: object;
  /** Fields of the kubeconfig's cluster that replace those of the fake. */
  readonly cluster?: (fake: FakeKubernetes) => object;
  /** Executable files beside the kubeconfig. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Variables in addition to the environment of the tests. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The kubeconfig appears some time after the start. */
  readonly lateKubeconfig?: boolean;
  /** Called before the source starts. */
  readonly prepare?: (fake: FakeKubernetes, sink: ObjectRecorder) => void | Promise<void>;
}

/** A fake cluster and a source that follows it; both end with the test. */
export async function scene(t: TestContext, options: SceneOptions = {}): Promise<Scene> {
  const fake = await FakeKubernetes.start(options.transport);
  // Well below the silence limit, as the minute of a real server is.
  fake.bookmarkEvery = 100;
  const directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  const file = join(directory, 'config');
  for (const [name, text] of Object.entries(options.beside ?? {})) {
    writeFileSync(join(directory, name), text, { mode: 0o755 });
  }
  const write = (): void => writeFileSync(file, fake.kubeconfig(options.user, options.cluster?.(fake)));
  const late = options.lateKubeconfig === true ? setTimeout(write, 200) : undefined;
  if (late === undefined) write();
  const sink = new ObjectRecorder();
  const log: string[] = [];
  await options.prepare?.(fake, sink);
  const source = new KubernetesSource({
    cluster: { name: 'main', required: true, inCluster: false, kubeconfig: file, context: undefined },
    selection: options.selection ?? EVERYTHING,
    healthMode: options.healthMode ?? 'endpoints',
    strip: options.strip ?? stripObject,
    openSink: () => sink,
    clock: systemClock(Date.now),
    random: Math.random,
    environment: { ...process.env, ...options.environment },
    log: recordingLog(log),
    newTimeSlice: stepByStep,
    timing: { ...FAST, ...options.timing },
  });
  t.after(async () => {
    clearTimeout(late);
    await source.stop();
    await fake.stop();
    rmSync(directory, { recursive: true });
  });
  source.start({ update: () => undefined, replace: () => undefined, synced: () => undefined });
  return { fake, source, sink, log, directory };
}

/** The scene once the source has synced and every watch is open. */
export async function syncedScene(t: TestContext, options: SceneOptions = {}): Promise<Scene> {
  const made = await scene(t, options);
  await until(() => made.sink.allListedCount === 1, 'all kinds listed');
  await until(() => allWatching(made.source), 'all watches open');
  return made;
}

/** Whether the watches of all kinds are open that the API server has. */
export function allWatching(source: KubernetesSource): boolean {
  return source.watches().every(({ state }) => state === 'watching' || state === 'absent');
}

/** Polls until the condition holds. Fails after thirty seconds with `what` and what was `seen`. */
export async function until(condition: () => boolean, what: string, seen: () => unknown = () => ''): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > deadline) assert.fail(`waited in vain for: ${what} ${JSON.stringify(seen()) ?? ''}`);
    await sleep(5);
  }
}

function recordingLog(lines: string[]): Log {
  const at =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
