import type { Explanation } from '../../shared/api/explain.ts';
import { renderExplanation } from '../../shared/api/render-explanation.ts';
import { isThere, notYet, renderNotYet, type Awaited } from '../../shared/api/wait.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { explanationOf, type ExplainPorts } from './explain.ts';
import { oneLine } from './reply.ts';
import type { Forms } from './report.ts';

/** An explanation says how long callers have yet to wait, and what holds and sources do, which is no part of a snapshot. */
const MAX_AGE_MS = 1000;
/** Answers that one explanation keeps for those who give up at the same moment. Another spelling makes another answer. */
const MAX_NOT_YET = 16;

export interface Question extends Awaited {
  readonly timeoutMs: number;
}

interface NotYetForms extends Forms {
  /** The reasons in one line. */
  readonly line: string;
}

/** One explanation, and what many requests at the same moment make of it: each is made once. */
export class SharedExplanation {
  readonly #explanation: Explanation | undefined;
  readonly #there = new Map<string, boolean>();
  readonly #notYet = new Map<string, NotYetForms>();
  /** The explanation itself. */
  readonly forms: Forms;

  /** `now` in epoch milliseconds. */
  constructor(explanation: Explanation | undefined, now: number) {
    this.#explanation = explanation;
    this.forms = {
      json: once(() => JSON.stringify(explanation)),
      text: once(() => (explanation === undefined ? '' : renderExplanation(explanation, now))),
    };
  }

  isThere(awaited: Awaited): boolean {
    const explanation = this.#explanation;
    if (explanation === undefined) return false;
    return remembered(this.#there, JSON.stringify([awaited.status, awaited.source]), () =>
      isThere(explanation, awaited),
    );
  }

  notYet(
    { app, status, source, timeoutMs }: Question,
    problems: (explanation: Explanation | undefined) => readonly string[],
  ): NotYetForms {
    if (this.#notYet.size >= MAX_NOT_YET) this.#notYet.clear();
    return remembered(this.#notYet, JSON.stringify([app, status, source, timeoutMs]), () => {
      const explanation = this.#explanation;
      const answer = notYet(explanation, { app, status, source }, problems(explanation), timeoutMs);
      const line = oneLine(`${answer.error}: ${answer.reasons.join('; ')}`);
      return { line, json: once(() => JSON.stringify(answer)), text: once(() => renderNotYet(answer)) };
    });
  }
}

interface Known {
  readonly madeAt: number;
  readonly shared: SharedExplanation;
}

/**
 * The explanations of the present snapshot, of what somebody waits for. Hundreds of pipelines may wait for one application of
 * thousands of entries: one explanation for each of them, with each change, stalled everyone for seconds.
 */
export class SharedExplanations {
  readonly #ports: ExplainPorts;
  readonly #known = new Map<AppName, Known>();
  /** How many wait, by what they wait for: nothing is kept of any other name. */
  readonly #waiting = new Map<AppName, number>();
  #snapshot: RegistrySnapshot | undefined;

  constructor(ports: ExplainPorts) {
    this.#ports = ports;
  }

  /** One more waits. Returns what ends that, called once: with the last one its explanation goes. */
  enter(app: string): () => void {
    const name = appName(app);
    this.#waiting.set(name, (this.#waiting.get(name) ?? 0) + 1);
    return () => {
      const left = (this.#waiting.get(name) ?? 1) - 1;
      if (left > 0) return void this.#waiting.set(name, left);
      this.#waiting.delete(name);
      this.#known.delete(name);
      if (this.#waiting.size === 0) this.#snapshot = undefined;
    };
  }

  of(app: string): SharedExplanation {
    const snapshot = this.#ports.registry.snapshot();
    if (snapshot !== this.#snapshot) this.#known.clear();
    this.#snapshot = snapshot;
    const now = this.#ports.clock.now();
    const name = appName(app);
    const known = this.#known.get(name);
    if (known !== undefined && Math.abs(now - known.madeAt) < MAX_AGE_MS) return known.shared;
    const shared = new SharedExplanation(snapshot && explanationOf(snapshot, name, this.#ports), now);
    if (this.#waiting.has(name)) this.#known.set(name, { madeAt: now, shared });
    return shared;
  }
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}

function remembered<V>(known: Map<string, V>, key: string, make: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}
