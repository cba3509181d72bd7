import { setTimeout as sleep } from 'node:timers/promises';
import { factsOf } from './entry.ts';
import { undisturbedSince, type InjectedFault } from './faults.ts';
import { difference, LittleClient } from './little-client.ts';
import type { Judge } from './judge.ts';
import type { Observation } from './observation.ts';
import type { Replica } from './replica.ts';
import { LIMITS } from './timing.ts';
import {
  applicationsOf,
  ask,
  hashCodeOf,
  instancesOf,
  JSON_GZIP,
  JSON_PLAIN,
  misplaced,
  type WireApplications,
} from './wire.ts';

export interface WatcherOptions {
  readonly replica: Replica;
  /** Where it is asked; a proxy of a planted fault may stand before it. */
  readonly base: string;
  readonly apps: readonly string[];
  readonly judge: Judge;
  readonly faults: readonly InjectedFault[];
  readonly now: () => number;
  /** Judged later, when the sources' own news of that time have been read. */
  readonly observed: (observation: Observation) => void;
}

export interface WatchCounts {
  answers: Record<'full' | 'delta' | 'application' | 'vip', number>;
  notReady: number;
  unanswered: number;
  hashMismatchesAfterRestarts: number;
  /** The hash code agreed at the first delta after a restart, and the view was another one: no client can notice. */
  unnoticedAfterRestarts: number;
}

/** Asks one replica all the time, as clients do, and hands on what it answers. */
export class Watcher {
  readonly counts: WatchCounts = {
    answers: { full: 0, delta: 0, application: 0, vip: 0 },
    notReady: 0,
    unanswered: 0,
    hashMismatchesAfterRestarts: 0,
    unnoticedAfterRestarts: 0,
  };
  readonly #options: WatcherOptions;
  readonly #client = new LittleClient();
  /** The incarnation that the client's view comes from. */
  #known = 0;
  #round = 0;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  async watch(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.#ask().catch(() => undefined);
      await sleep(400, undefined, { ref: false });
    }
  }

  async #ask(): Promise<void> {
    const { apps, replica } = this.#options;
    const { incarnation } = replica;
    this.#round++;
    const before = this.#client.empty ? undefined : await this.#delta();
    const full = await this.#fetch('full', '/apps', this.#round % 2 === 0);
    if (full === undefined) return;
    this.#checkHash('full', full.applications, full.receivedAt);
    this.#observe('full', full);
    if (before !== undefined && incarnation === replica.incarnation) {
      const after = await this.#fetch('delta', '/apps/delta', true);
      // Of one version and one process: what the deltas came to is what the full answer has.
      if (after?.applications.versions__delta === before && incarnation === replica.incarnation) {
        const differs = difference(this.#client.instances, instancesOf(full.applications));
        if (differs !== undefined && this.#known !== incarnation) this.counts.unnoticedAfterRestarts++;
        else if (differs !== undefined) this.#violation('delta and full differ', full.receivedAt, differs);
      }
    }
    this.#client.full(full.applications);
    this.#known = incarnation;
    const app = apps[this.#round % apps.length] ?? '';
    if (this.#round % 3 === 0) await this.#part('application', `/apps/${app}`, app);
    if (this.#round % 3 === 1) await this.#part('vip', `/vips/${app.toLowerCase()}`, app);
  }

  /** Applies a delta; returns its version when the hash code agrees. */
  async #delta(): Promise<string | undefined> {
    const { replica } = this.#options;
    const { incarnation } = replica;
    const delta = await this.#fetch('delta', '/apps/delta', this.#round % 3 !== 0);
    if (delta === undefined) return undefined;
    const agrees = this.#client.delta(delta.applications);
    if (incarnation !== replica.incarnation) return undefined;
    if (this.#known !== incarnation) {
      if (agrees) return delta.applications.versions__delta;
      this.counts.hashMismatchesAfterRestarts++;
      return undefined;
    }
    if (!agrees) {
      const what = `after the delta ${this.#client.hash()}, stated ${delta.applications.apps__hashcode}`;
      this.#violation('hash code', delta.receivedAt, what);
      return undefined;
    }
    this.#observe('delta', { ...delta, facts: factsOf(this.#client.instances) });
    return delta.applications.versions__delta;
  }

  async #part(question: 'application' | 'vip', path: string, app: string): Promise<void> {
    const part = await this.#fetch(question, path, false);
    if (part === undefined) return;
    // An answer of one application is no list with a hash code.
    if (question === 'vip') this.#checkHash(question, part.applications, part.receivedAt);
    this.#observe(question, part, app);
  }

  #observe(
    question: Observation['question'],
    answer: { sentAt: number; receivedAt: number; incarnation: number; facts: ReadonlyMap<string, string> },
    app?: string,
  ): void {
    const { sentAt, receivedAt, incarnation, facts } = answer;
    const replica = this.#options.replica.index;
    this.#options.observed({
      replica,
      incarnation,
      question,
      sentAt,
      receivedAt,
      facts,
      ...(app !== undefined && { app }),
    });
  }

  async #fetch(question: Observation['question'], path: string, gzip: boolean) {
    const { replica, now, base } = this.#options;
    const { incarnation } = replica;
    const sentAt = now();
    const timeoutMs = LIMITS.silence;
    const answer = await ask(base + path, { headers: gzip ? JSON_GZIP : JSON_PLAIN, timeoutMs }).catch(
      (error: unknown) => String(error),
    );
    const receivedAt = now();
    if (typeof answer === 'string') {
      this.#unanswered(sentAt, receivedAt, `${path}: ${answer}`);
      return undefined;
    }
    // Asked of one process, answered by another: neither's answer.
    if (incarnation !== replica.incarnation) return undefined;
    if (answer.status !== 200) {
      this.#refused(question, path, answer.status, String(answer.headers['x-eurek8s-reason'] ?? ''), receivedAt);
      return answer.status === 404 && question === 'application'
        ? { sentAt, receivedAt, incarnation, facts: new Map<string, string>(), applications: NOTHING }
        : undefined;
    }
    replica.readAnswered(receivedAt);
    this.counts.answers[question]++;
    try {
      const applications = question === 'application' ? wrapped(answer.text) : applicationsOf(answer.text);
      for (const each of misplaced(applications)) this.#violation('malformed', receivedAt, `${path}: ${each}`);
      return { sentAt, receivedAt, incarnation, facts: factsOf(instancesOf(applications)), applications };
    } catch (error) {
      this.#violation('malformed', receivedAt, `${path}: ${String(error)}: ${answer.text.slice(0, 200)}`);
      return undefined;
    }
  }

  #refused(question: Observation['question'], path: string, status: number, reason: string, at: number): void {
    const { replica } = this.#options;
    if (status === 404 && question === 'application') return;
    const since = at - (replica.startedAt ?? at);
    const allowed = replica.remembers === undefined ? Infinity : LIMITS.restored;
    if (status === 503 && !replica.answered && since <= allowed) this.counts.notReady++;
    else this.#violation('status', at, `${path}: ${status} ${reason}, ${Math.round(since)} ms after its start`);
  }

  /** Nothing in time, or half of an answer, or what cannot be unpacked. */
  #unanswered(sentAt: number, at: number, what: string): void {
    const { replica, faults } = this.#options;
    this.counts.unanswered++;
    const calm = undisturbedSince(faults, [`replica-${replica.index}`], at);
    if (calm < sentAt) this.#violation('no answer', at, what);
  }

  #checkHash(question: 'full' | 'vip', applications: WireApplications, at: number): void {
    const hash = hashCodeOf(instancesOf(applications).map(({ status }) => status));
    if (hash !== applications.apps__hashcode)
      this.#violation('hash code', at, `${question} answer: ${hash}, stated ${applications.apps__hashcode}`);
  }

  #violation(
    kind: 'hash code' | 'delta and full differ' | 'status' | 'no answer' | 'malformed',
    at: number,
    what: string,
  ): void {
    this.#options.judge.note(kind, at, `replica-${this.#options.replica.index}`, what);
  }
}

const NOTHING: WireApplications = { versions__delta: '', apps__hashcode: '', application: [] };

function wrapped(text: string): WireApplications {
  const { application } = JSON.parse(text) as { readonly application: WireApplications['application'][number] };
  return { versions__delta: '', apps__hashcode: '', application: [application] };
}
