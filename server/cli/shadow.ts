import { appendFileSync, writeFileSync } from 'node:fs';
import { statementsOf, type Statements } from '../../shared/shadow/cause.ts';
import { renderShadow, type ShadowFormat } from '../../shared/shadow/render.ts';
import { Shadow } from '../../shared/shadow/shadow.ts';
import { counted, printable } from '../../shared/text/printable.ts';
import { rfc3339 } from '../../shared/text/rfc3339.ts';
import { shownUrl } from '../../shared/text/shown-url.ts';
import type { TlsMaterial } from '../ports/tls.ts';
import { failureText } from '../registry-file/failure.ts';
import { steadyClock } from '../system/steady-clock.ts';
import { askServer } from './ask-server.ts';
import { oneReplica, type Replica } from './replicas.ts';
import { ShadowClient } from './shadow-client.ts';
import { EXIT, type Shell } from './shell.ts';
import { firstStopSignal } from './stop-signal.ts';

/** Durations in milliseconds. */
export interface ShadowOptions {
  /** Base URLs as clients have them. */
  readonly legacy: string;
  readonly against: string;
  readonly tls: TlsMaterial;
  readonly interval: number;
  readonly lag: number;
  /** `undefined`: until a signal. */
  readonly for: number | undefined;
  readonly format: ShadowFormat;
  /** `undefined`: standard output. */
  readonly output: string | undefined;
}

/** Looks between two lines that say how far it is, when there is no news. */
const LOOKS_PER_LINE = 10;

/** Polls both servers until the time is over or a signal comes, and reports. Resolves with the exit code. */
export async function shadow(options: ShadowOptions, shell: Shell): Promise<number> {
  const asked = askable(options);
  if (typeof asked === 'string') {
    shell.err(`eurek8s: ${asked}\n`);
    return EXIT.misused;
  }
  const clock = steadyClock(shell.clock);
  const { tls, interval, lag } = options;
  const [legacyUrl, againstUrl] = [baseUrl(options.legacy), baseUrl(options.against)];
  const settings = { legacy: shownUrl(legacyUrl), against: shownUrl(againstUrl), intervalMs: interval, lagMs: lag };
  const verdict = new Shadow(settings);
  const legacy = new ShadowClient(verdict.legacy, { url: legacyUrl, clock, tls });
  const against = new ShadowClient(verdict.against, { url: againstUrl, clock, tls });
  const startedAt = clock.now();
  const endsAt = startedAt + (options.for ?? Infinity);
  const stop = stoppable(shell);
  let firstComparedAt: number | undefined;
  const tell = progress(verdict, shell);

  /** Resolves with whether both answered. */
  const look = async (): Promise<boolean> => {
    const problems = await Promise.all([legacy.poll(), against.poll()]);
    if (problems.some((problem) => problem !== undefined)) {
      verdict.missed();
      tell(problems.find((problem) => problem !== undefined));
      return false;
    }
    const found = verdict.compare();
    const statements = await statementsOfServer(asked);
    const { same, intended, others } = verdict.look(found, statements, clock.now());
    tell(
      `${counted(same, 'instance')} the same, ${intended} different as intended, ${counted(others, 'other difference')}`,
    );
    return true;
  };

  try {
    for (let due = startedAt; ; due = Math.max(due + interval, clock.now())) {
      if ((await stop.pause(due - clock.now())) === 'stopped') break;
      const looked = await stop.unless(look());
      if (looked === 'stopped') break;
      if (looked) firstComparedAt ??= clock.now();
      // The next look would come after the end.
      const isOver = clock.now() + interval > endsAt;
      // What began before the end, or was there from the first, is seen out: it goes, or it has lasted long enough.
      if (isOver && (!looked || verdict.undecided(Math.max(endsAt, firstComparedAt ?? 0)) === 0)) break;
    }
  } finally {
    await Promise.all([legacy.close(), against.close()]);
  }
  const report = verdict.report(startedAt, clock.now());
  print(renderShadow(report, options.format), options.output, shell);
  if (report.verdict === 'unknown') return EXIT.unanswered;
  return report.verdict === 'clean' ? EXIT.done : EXIT.failed;
}

/** Bare origins lead where clients of Spring look. */
export function baseUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  if (parsed.pathname === '/') parsed.pathname = '/eureka';
  return parsed.href.replace(/\/+$/, '');
}

/** Where Eurek8s is asked why, or what is wrong with the options. */
function askable({ legacy, against, output, tls }: ShadowOptions): Replica | string {
  for (const url of [legacy, against]) {
    const replica = oneReplica(url);
    if (!replica.ok) return replica.error;
  }
  const base = new URL(baseUrl(against));
  base.pathname = base.pathname.replace(/\/eureka(\/v2)?$/, '/');
  try {
    // A report that cannot be written must not be found out after days.
    if (output !== undefined) appendFileSync(output, '');
  } catch (error) {
    return `${output}: ${failureText(error)}`;
  }
  const replica = oneReplica(base.href);
  return replica.ok ? { ...replica.value, tls } : replica.error;
}

/** What Eurek8s says of its differences, or why it does not. */
async function statementsOfServer(replica: Replica): Promise<Statements | string> {
  const path = `${replica.base.pathname.replace(/\/$/, '')}/eurek8s/diff`;
  const answer = await askServer(replica, { path, method: 'GET', accept: 'application/json' });
  if (!answer.ok) return answer.error;
  if (answer.value.status !== 200) return answer.value.reason;
  try {
    return statementsOf(JSON.parse(answer.value.text)) ?? NOT_EUREK8S;
  } catch {
    return NOT_EUREK8S;
  }
}

const NOT_EUREK8S = 'it answers /eurek8s/diff, but not as Eurek8s does';

/** Lines on standard error: the first look, then news, and now and then that it goes on. */
function progress(verdict: Shadow, { clock, err }: Shell): (text: string | undefined) => void {
  let looks = 0;
  let told = '';
  return (text = '') => {
    const bad = [
      ...(verdict.unintended === 0 ? [] : [`not intended so far: ${verdict.unintended}`]),
      ...(verdict.legacy.isUntrue ? ['not true: hash codes or deltas of the legacy'] : []),
      ...(verdict.against.isUntrue ? ['not true: hash codes or deltas of Eurek8s'] : []),
    ].join('; ');
    const news = `${bad} ${verdict.isReached}`;
    if (looks++ % LOOKS_PER_LINE !== 0 && news === told) return;
    told = news;
    const line = [`${rfc3339(clock.now())} look ${looks}: ${printable(text)}`, bad].filter((part) => part !== '');
    err(`${line.join('; ')}\n`);
  };
}

interface Stoppable {
  /** The result, or that a signal came before it. */
  readonly unless: <T>(work: Promise<T>) => Promise<T | 'stopped'>;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** No pause and no look outlives a signal. A race with one promise for days would keep all that it was raced with. */
function stoppable(shell: Shell): Stoppable {
  let isStopped = false;
  let wake = (): void => undefined;
  const listen = async (): Promise<void> => {
    await firstStopSignal(shell);
    isStopped = true;
    wake();
  };
  void listen();
  const unless: Stoppable['unless'] = async (work) =>
    new Promise((resolve, reject) => {
      wake = () => resolve('stopped');
      if (isStopped) wake();
      work.then(resolve, reject);
    });
  const pause: Stoppable['pause'] = async (ms) => {
    let cancel = (): void => undefined;
    const ended = await unless(
      new Promise((resolve) => {
        cancel = shell.clock.after(Math.max(0, ms), () => resolve('over'));
      }),
    );
    cancel();
    return ended;
  };
  return { unless, pause };
}

function print(text: string, output: string | undefined, shell: Shell): void {
  if (output === undefined) return shell.out(text);
  try {
    writeFileSync(output, text);
    shell.err(`the report is in ${output}\n`);
  } catch (error) {
    shell.err(`eurek8s: ${output}: ${failureText(error)}\n`);
    shell.out(text);
  }
}
