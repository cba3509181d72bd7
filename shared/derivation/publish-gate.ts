import { describeAnswer, describeTarget, passes, type ProbeAnswer, type ProbeTarget } from '../contribution/probe.ts';
import { DEFAULT_HEALTH_PATH } from '../contribution/publication.ts';
import { PAGE_PATH } from '../ingress/annotation-values.ts';
import type { PublicationContent } from './derive.ts';

/** What is known of the host of one publication. A publication with another host begins anew. */
export interface GateState {
  readonly host: string;
  /** Never taken back: a network between us and the load balancer must not take an entry away. */
  readonly passed: boolean;
  readonly last: { readonly target: ProbeTarget; readonly answer: ProbeAnswer } | undefined;
  /** Probes in a row that did not pass. */
  readonly failures: number;
}

/** `waiting`: DOWN until it passes. `unasked`: without an answer yet. */
export const PROBE_STATES = ['unasked', 'waiting', 'failing', 'passing'] as const;
export type ProbeState = (typeof PROBE_STATES)[number];

/** An object that is so old (milliseconds) when the process starts counts as passed, so that a restart takes nothing down. */
const SETTLED_MS = 15 * 60_000;
/** The first pause (milliseconds) while an entry waits: controllers need a second or two for a new host. */
const FIRST_RETRY_MS = 1_000;
/** Pauses differ by this share of theirs, so that entries that came together are not asked together. */
const JITTER = 0.2;

/**
 * The state of a publication that the gate sees for the first time, or with another host. `before`: what is published
 * now; `isNew`: whether the gate has not seen the object since the process started, at `startedAt` (epoch milliseconds).
 * What is UP without the gate stays UP when somebody turns it on.
 */
export function openingState(
  next: PublicationContent,
  before: PublicationContent | undefined,
  isNew: boolean,
  startedAt: number,
): GateState {
  const known = before?.host === next.host && (before.status === 'UP' || before.probe?.passed === true);
  const settled = isNew && startedAt - next.createdAt >= SETTLED_MS;
  return { host: next.host, passed: known || settled, last: undefined, failures: 0 };
}

/** What is UP stays UP when it is no longer observed alone, and a pass is required. */
export function whenRequired(
  state: GateState,
  next: PublicationContent,
  before: PublicationContent | undefined,
): GateState {
  const isTurnedOn = next.probe?.mode === 'require' && before?.probe?.mode === 'observe';
  return isTurnedOn && before.status === 'UP' && before.host === state.host ? { ...state, passed: true } : state;
}

/** Somebody has changed where it is asked: what was answered elsewhere is no reason to wait. */
export function whenMoved(state: GateState): GateState {
  return { ...state, failures: 0 };
}

export function afterAnswer(state: GateState, target: ProbeTarget, answer: ProbeAnswer): GateState {
  const passed = passes(answer);
  return {
    ...state,
    passed: state.passed || passed,
    last: { target, answer },
    failures: passed ? 0 : state.failures + 1,
  };
}

/** What to publish instead of `content`. Only an entry that Kubernetes calls UP is ever held back. */
export function gated(content: PublicationContent, state: GateState): PublicationContent {
  if (content.probe === undefined) return content;
  const shown: PublicationContent = state.passed ? { ...content, probe: { ...content.probe, passed: true } } : content;
  if (content.status !== 'UP') return shown;
  const { last } = state;
  const told = last === undefined ? 'not asked yet' : `${describeTarget(last.target)} ${describeAnswer(last.answer)}`;
  if (isHeldBack(content, state))
    return {
      ...shown,
      status: 'DOWN',
      statusReason: `${content.statusReason}; DOWN until the load balancer serves the host once (probe: require): ${told}`,
    };
  const statusReason = `${content.statusReason}; probe: ${told}`;
  if (last === undefined || passes(last.answer)) return { ...shown, statusReason };
  const notice = `the load balancer may not serve the host, the entry stays UP: ${told}`;
  return { ...shown, statusReason, notices: [...content.notices, notice] };
}

export function isHeldBack({ probe }: PublicationContent, { passed }: GateState): boolean {
  return probe?.mode === 'require' && !passed;
}

/** For the metrics; `undefined` where nothing is asked. */
export function probeState(content: PublicationContent, state: GateState): ProbeState | undefined {
  if (!isAsked(content)) return undefined;
  if (isHeldBack(content, state)) return 'waiting';
  if (state.last === undefined) return 'unasked';
  return passes(state.last.answer) ? 'passing' : 'failing';
}

/** Without ready endpoints the answer is known, and an entry that somebody took out is left alone. */
export function isAsked({ probe, status }: PublicationContent): boolean {
  return probe !== undefined && status === 'UP';
}

/** `inheritedPath`: the health path of the registered instances. */
export function targetOf(content: PublicationContent, inheritedPath: string | undefined): ProbeTarget {
  const { host, address, scheme, probe } = content;
  // What instances register may be anything.
  const inherited = inheritedPath === undefined ? undefined : PAGE_PATH.parse(inheritedPath);
  const path = probe?.path ?? inherited ?? DEFAULT_HEALTH_PATH;
  // Where both are served, callers take http unless they say otherwise.
  return scheme === 'https'
    ? { scheme, host, address, port: content.securePort, path }
    : { scheme: 'http', host, address, port: content.port, path };
}

/**
 * Milliseconds until the first probe. A held-back entry is asked soon, others some time within an interval: after a
 * start there may be thousands of them.
 */
export function firstPause(content: PublicationContent, state: GateState, interval: number, random: number): number {
  return random * (isHeldBack(content, state) ? Math.min(interval, FIRST_RETRY_MS) : interval);
}

/** Milliseconds from an answer to the next probe. A held-back entry is asked ever more rarely, down to the interval. */
export function nextPause(content: PublicationContent, state: GateState, interval: number, random: number): number {
  const pause = isHeldBack(content, state)
    ? Math.min(interval, FIRST_RETRY_MS * 2 ** Math.min(state.failures - 1, MAX_DOUBLINGS))
    : interval;
  return pause * (1 - JITTER + 2 * JITTER * random);
}

/** More would be no number any more. */
const MAX_DOUBLINGS = 20;
