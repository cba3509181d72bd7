import { passes, type ProbeAnswer, type ProbeTarget } from '../../shared/contribution/probe.ts';
import type { PublicationContent } from '../../shared/derivation/derive.ts';
import { sameData } from '../../shared/data/same-data.ts';
import {
  afterAnswer,
  firstPause,
  gated,
  isAsked,
  isHeldBack,
  nextPause,
  openingState,
  probeState,
  targetOf,
  whenMoved,
  whenRequired,
  type GateState,
  type ProbeState,
} from '../../shared/derivation/publish-gate.ts';
import type { AppName, SourceId } from '../../shared/model/names.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Prober } from '../ports/probe.ts';

/** What a derivation needs to probe. */
export interface Probing {
  readonly prober: Prober;
  /** Milliseconds from one probe of an entry to the next. */
  readonly interval: number;
  readonly random: Random;
  /** The health path that entries of this application inherit; `undefined`: none. */
  readonly healthPath: (app: AppName) => string | undefined;
}

export interface PublishGateOptions extends Probing {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'count' | 'gauge'>;
  readonly source: SourceId;
  /** Called when what is published of this Ingress may be different now. */
  readonly onAnswer: (key: string) => void;
}

interface Watched {
  state: GateState;
  content: PublicationContent;
  /** What is asked now or was asked last. */
  target: ProbeTarget | undefined;
  /** Ends the timer or the probe; `undefined`: there is neither. */
  cancel: (() => void) | undefined;
  /** As which the gauge counts it. */
  counted: ProbeState | undefined;
}

/**
 * Asks the load balancer for what is published, and holds back what it does not serve yet. There is one timer or one
 * probe for each publication, never both.
 */
export class PublishGate {
  readonly #options: PublishGateOptions;
  readonly #startedAt: number;
  readonly #watched = new Map<string, Watched>();
  readonly #counts = new Map<ProbeState, number>();

  constructor(options: PublishGateOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** What to publish instead of `next`. `before`: what is published now. */
  apply(key: string, before: PublicationContent | undefined, next: PublicationContent): PublicationContent {
    if (next.probe === undefined) {
      this.forget(key);
      return next;
    }
    const known = this.#watched.get(key);
    const watched = known?.state.host === next.host ? known : this.#open(key, before, next);
    watched.state = whenRequired(watched.state, next, before);
    watched.content = next;
    this.#follow(key, watched);
    return gated(next, watched.state);
  }

  /** It is not published now, but may be again: nothing is asked, and what has passed has passed. */
  rest(key: string): void {
    const watched = this.#watched.get(key);
    if (watched !== undefined) this.#stop(watched);
  }

  forget(key: string): void {
    this.rest(key);
    this.#watched.delete(key);
  }

  stop(): void {
    for (const key of this.#watched.keys()) this.forget(key);
  }

  #open(key: string, before: PublicationContent | undefined, next: PublicationContent): Watched {
    const isNew = !this.#watched.has(key);
    this.forget(key);
    const state = openingState(next, before, isNew, this.#startedAt);
    const watched: Watched = { state, content: next, target: undefined, cancel: undefined, counted: undefined };
    this.#watched.set(key, watched);
    return watched;
  }

  #follow(key: string, watched: Watched): void {
    const { interval, random } = this.#options;
    if (!isAsked(watched.content)) return this.#stop(watched);
    if (this.#waitsElsewhere(watched)) {
      this.#stop(watched);
      watched.state = whenMoved(watched.state);
      watched.target = undefined;
    }
    this.#count(watched, probeState(watched.content, watched.state));
    if (watched.cancel === undefined)
      this.#askIn(firstPause(watched.content, watched.state, interval, random()), key, watched);
  }

  #targetOf({ content }: Watched): ProbeTarget {
    return targetOf(content, this.#options.healthPath(content.app));
  }

  /** Whether it is held back for the answer of where it is not any more. */
  #waitsElsewhere(watched: Watched): boolean {
    const { content, state, target } = watched;
    return target !== undefined && isHeldBack(content, state) && !sameData(target, this.#targetOf(watched));
  }

  #askIn(pauseMs: number, key: string, watched: Watched): void {
    const { clock, prober } = this.#options;
    watched.cancel = clock.after(pauseMs, () => {
      const target = this.#targetOf(watched);
      watched.target = target;
      watched.cancel = prober.ask(target, (answer) => this.#answered(key, watched, target, answer));
    });
  }

  #answered(key: string, watched: Watched, target: ProbeTarget, answer: ProbeAnswer): void {
    const { metrics, interval, random, onAnswer } = this.#options;
    metrics.count('probes', { outcome: outcomeOf(answer) });
    watched.state = afterAnswer(watched.state, target, answer);
    this.#count(watched, probeState(watched.content, watched.state));
    this.#askIn(nextPause(watched.content, watched.state, interval, random()), key, watched);
    onAnswer(key);
  }

  #stop(watched: Watched): void {
    watched.cancel?.();
    watched.cancel = undefined;
    this.#count(watched, undefined);
  }

  #count(watched: Watched, state: ProbeState | undefined): void {
    if (watched.counted === state) return;
    this.#add(watched.counted, -1);
    this.#add(state, 1);
    watched.counted = state;
  }

  #add(state: ProbeState | undefined, by: number): void {
    if (state === undefined) return;
    const count = (this.#counts.get(state) ?? 0) + by;
    this.#counts.set(state, count);
    this.#options.metrics.gauge('probed_publications', count, { source: this.#options.source, state });
  }
}

function outcomeOf(answer: ProbeAnswer): string {
  if (answer.kind === 'unanswered') return answer.why;
  return passes(answer) ? 'passed' : answer.status === 404 ? 'not-found' : 'server-error';
}
