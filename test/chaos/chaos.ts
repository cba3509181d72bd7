import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNetflixClient, startRibbonClient } from '../testbed/java/clients.ts';
import { until } from '../testbed/until.ts';
import { calleesOf, downBy, endsOf } from './callees.ts';
import { Callers } from './callers.ts';
import { changeForEver, KUBERNETES_APPS, type ChangeCounts } from './changes.ts';
import { isInjected, undisturbedSince, type InjectedFault, type Part } from './faults.ts';
import { EC2_APPS, Fleet } from './fleet.ts';
import { shortfalls } from './floors.ts';
import { Ingress } from './ingress.ts';
import { Injector } from './injector.ts';
import { Judge } from './judge.ts';
import { KubernetesApp } from './kubernetes-app.ts';
import { Later } from './later.ts';
import { Listings, type Listing } from './listings.ts';
import { suspiciousLines } from './logs.ts';
import type { ChaosOptions } from './options.ts';
import { planFaults, QUIET_END } from './plan.ts';
import { random } from './random.ts';
import { JUDGED_AFTER_MS, Recorder, type Recording } from './recording.ts';
import { Recovery } from './recovery.ts';
import { shownViolation, type Outcome } from './report.ts';
import { ResidentMemory } from './resident-memory.ts';
import { LIMITS, TIMES } from './timing.ts';
import { Truth } from './truth.ts';
import { Watcher } from './watcher.ts';
import { startWorld } from './world.ts';
import { Writes } from './writes.ts';

export interface Chaos extends Omit<ChaosOptions, 'dir' | 'record'> {
  readonly dir: string;
  readonly say: (line: string) => void;
  /** Receives all that was known and seen. */
  readonly record: (recording: Recording) => void;
}

/** Violations of one kind that are shown as they happen; the report has more. */
const SHOWN_AT_ONCE = 5;

/** One run from start to end. */
export async function chaos({ minutes, seed, plants, dir, say, record }: Chaos): Promise<Outcome> {
  const zero = performance.now();
  const now = (): number => performance.now() - zero;
  const truth = new Truth();
  const listings = new Listings(truth);
  const faults: InjectedFault[] = [];
  const shown = new Map<string, number>();
  const judge = new Judge(truth, listings, faults, (violation) => {
    const count = (shown.get(violation.kind) ?? 0) + 1;
    shown.set(violation.kind, count);
    if (count <= SHOWN_AT_ONCE) say(shownViolation(violation));
  });
  const recorder = new Recorder();
  const stop = new AbortController();
  const stopped = stop.signal;

  const world = await startWorld({
    dir,
    plants,
    now,
    ended: (replica, how) => judge.note('exit', now(), `replica-${replica}`, `it ended by itself: ${how}`),
    progress: say,
  });
  const { replicas, eureka, balancerUrl } = world;
  const callers = new Callers(judge, faults, now);
  const writes = new Writes(judge, faults);
  const listed = (listing: Listing): void => {
    listings.add(listing);
    recorder.listed(listing);
  };
  const fleet = await Fleet.start(
    { truth, now, legacy: eureka.url, balancer: balancerUrl, answered: (write) => writes.answered(write), listed },
    (instance) => {
      // A stock server shows it until its lease has run out, whoever asks.
      const ends = instance.phase === 'gone' ? endsOf(truth, instance.id) : [];
      callers.calledDead(instance.id, 'legacy', instance.diedAt, ends);
    },
  );
  const ingress = await Ingress.start(world.ingressPort, (host) => {
    const app = apps.find((each) => each.host === host);
    if (app === undefined) return;
    callers.calledDead(host, 'kubernetes', app.deadSince, downBy(truth, app.id));
  });
  const apps = KUBERNETES_APPS.map((name) => new KubernetesApp({ truth, now, api: world.kubeApi, ingress }, name));
  for (const app of apps) {
    await app.prepare();
    app.publish();
    await app.tick();
  }
  for (const replica of replicas) await replica.start();

  const background: Promise<void>[] = [];
  const every = (ms: number, work: () => Promise<void> | void): void => {
    background.push(repeat(ms, work, stopped));
  };
  every(TIMES.heartbeat / 2, () => fleet.tick());
  every(300, async () => void (await Promise.all(apps.map((app) => app.tick()))));
  every(400, () => fleet.look().catch(() => undefined));
  await until(
    'every replica answers',
    async () => {
      const answers = await Promise.all(
        replicas.map(({ eureka: base }) => fetch(`${base}/apps`).then(({ status }) => status)),
      );
      return answers.every((status) => status === 200);
    },
    { timeoutMs: 120_000 },
  );
  say('starting the callers');
  const hosts = Object.fromEntries(apps.map(({ host }) => [host, '127.0.0.1']));
  const ribbon = await startRibbonClient({ eurekaUrl: `${balancerUrl}/`, dir: join(dir, 'ribbon'), hosts });
  const netflix = await startNetflixClient({ eurekaUrl: `${balancerUrl}/`, dir: join(dir, 'netflix'), hosts });

  // The clock of the plan starts here; all before is one disturbance.
  const planZero = now();
  faults.push(
    ...(['legacy', 'kubernetes'] as const).map((part) => ({
      kind: 'start' as const,
      part,
      from: 0,
      to: planZero,
      settle: LIMITS.lag,
    })),
  );
  const memory = replicas.map(() => new ResidentMemory());
  const later = new Later(judge, recorder);
  every(200, () => later.judge(now()));
  every(2_000, () => {
    for (const replica of replicas) {
      const mb = replica.memoryMb();
      if (mb !== undefined) memory[replica.index]?.add(replica.incarnation, { at: now(), mb });
    }
  });
  background.push(watchTheMachine(faults, now, stopped));

  const watchers = replicas.map(
    (replica, i) =>
      new Watcher({
        replica,
        base: world.bases[i] ?? replica.eureka,
        apps: [...new Set([...EC2_APPS, ...apps.map(({ app }) => app)])],
        judge,
        faults,
        now,
        observed: (observation) => later.observed(observation),
      }),
  );
  background.push(...watchers.map((watcher) => watcher.watch(stopped)));
  const callees = calleesOf(fleet, apps, truth);
  background.push(callers.callForEver('Ribbon', ribbon, callees, stopped));
  background.push(callers.callForEver('Netflix', netflix, callees, stopped));
  const changes: ChangeCounts = { ec2: 0, kubernetes: 0 };
  const changing = new AbortController();
  background.push(changeForEver(fleet, apps, random(seed), changes, changing.signal));

  const injector = new Injector(
    {
      ...world,
      fleet,
      restarted: ({ index, remembers }) => later.restarted({ replica: index, remembers, at: now() }),
    },
    faults,
    now,
    seed,
  );
  const recovery = new Recovery(judge, replicas.length, now);
  const disks = replicas.every(({ disk }) => disk !== undefined);
  if (!disks)
    say('LEFT OUT disk of the registry file full: nothing can be mounted here, and rights mean nothing to root');
  const plan = planFaults(seed, minutes).filter(({ kind }) => disks || kind !== 'disk of the registry file full');
  const injected = plan.map(async (planned) => {
    await sleep(planZero + planned.at - now(), undefined, { ref: false, signal: stopped }).catch(() => undefined);
    if (stopped.aborted) return;
    const begun = (): void =>
      say(`${planned.kind}, replica ${planned.replica}, ${(planned.lasts / 1000).toFixed(1)} s`);
    const latest = planZero + minutes * 60_000 - QUIET_END;
    const how = await injector.inject(planned, latest, begun).catch((error: unknown) => {
      judge.note('exit', now(), planned.kind, `it could not be injected or ended: ${String(error)}`);
    });
    if (how === 'left out') return;
    background.push(recovery.follow(planned.kind, stopped));
  });
  await sleep(planZero + minutes * 60_000 - now());
  await Promise.all(injected);
  changing.abort();
  const parts: readonly Part[] = ['legacy', 'kubernetes', ...replicas.map(({ index }): Part => `replica-${index}`)];
  const isStuck = faults.some(({ to }) => to === undefined);
  const hasSettled = async (): Promise<boolean> => isStuck || undisturbedSince(faults, parts, now()) < Infinity;
  await until('what was injected last has settled', hasSettled, { timeoutMs: 2 * LIMITS.kubernetesSettle });
  // Nothing changes any more and nothing is injected: everything has to be right as soon as no removal is held.
  const quietSince = now();
  const wrong = (): readonly number[] =>
    replicas.map(({ index }) => index).filter((index) => judge.firstRightSince(index, quietSince) === undefined);
  const isRight = async (): Promise<boolean> => isStuck || wrong().length === 0;
  await until('every replica is right', isRight, { timeoutMs: LONGEST_HOLD_MS }).catch(() => undefined);
  const end = now();
  for (const index of isStuck ? [] : wrong())
    judge.note('not right again', end, `replica-${index}`, 'no answer was right at the end');
  stop.abort();
  await Promise.all(background);
  later.judge(Infinity);
  const activity = {
    minutes,
    faults: { planned: plan.length, injected: faults.filter(isInjected).length },
    changes: { legacy: truth.confirmed('legacy'), kubernetes: truth.confirmed('kubernetes') },
    answers: watchers.map(({ counts }) => counts.answers),
    calmWrites: writes.calm,
    clients: callers.clients,
  };
  // A part that could not be brought back has been told of, and explains the rest.
  for (const what of isStuck ? [] : shortfalls(activity)) judge.note('too little', end, 'the run', what);
  record(recorder.recording(truth, faults));
  await Promise.all([ribbon.stop(), netflix.stop()]);
  const suspicious = replicas.map(({ logFile }) => suspiciousLines(logFile));
  for (const [i, lines] of suspicious.entries()) for (const line of lines) judge.note('log', end, `replica-${i}`, line);
  judgeMemory(judge, memory, end);
  await world.stop();
  await Promise.all([ingress.stop(), ...fleet.instances.map(({ backend }) => backend.stop())]);
  return {
    minutes,
    seed,
    faults,
    recovery: recovery.times,
    watched: watchers.map(({ counts }) => counts),
    writes: writes.counts.counts,
    changes,
    calls: callers.counts,
    failures: callers.failures.counts,
    memory,
    suspiciousLines: suspicious.flat().length,
    violations: judge.violations,
    followed: judge.followed,
    marked: judge.marked,
  };
}

/** A removal that is held when the last fault has settled, and the news of it. */
const LONGEST_HOLD_MS = LIMITS.lag + TIMES.grace + LIMITS.holdSlack.kubernetes + JUDGED_AFTER_MS;

async function repeat(ms: number, work: () => Promise<void> | void, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    await work();
    await sleep(ms, undefined, { ref: false });
  }
}

/** A machine that does nothing for a while disturbs everything; that is nobody's fault. */
const STALL_MS = 1_500;

async function watchTheMachine(faults: InjectedFault[], now: () => number, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const from = now();
    await sleep(250, undefined, { ref: false });
    if (now() - from > STALL_MS)
      faults.push({ kind: 'machine stalled', part: 'machine', from, to: now(), settle: LIMITS.lag });
  }
}

/** The replica that lives as long as the run must not grow all the time; shorter runs only show the figures. */
const JUDGED_FROM_MINUTES = 20;
const MOST_GROWTH = 1.5;

function judgeMemory(judge: Judge, memory: readonly ResidentMemory[], at: number): void {
  for (const [i, each] of memory.entries()) {
    const { minutes, firstMb, lastMb } = each.figures();
    if (minutes >= JUDGED_FROM_MINUTES && lastMb > firstMb * MOST_GROWTH)
      judge.note(
        'memory',
        at,
        `replica-${i}`,
        `${firstMb.toFixed(0)} MB, ${lastMb.toFixed(0)} MB after ${minutes.toFixed(0)} min`,
      );
  }
}
