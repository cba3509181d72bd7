/** Whose news a fault stops, delays or makes unbelievable. */
export type Part = 'legacy' | 'kubernetes' | 'balancer' | 'machine' | `replica-${number}` | `disk-${number}`;

export const LEGACY_FAULTS = [
  'legacy killed, comes back empty',
  'legacy killed, comes back with half',
  'legacy stopped (SIGSTOP)',
  'legacy answers an empty registry',
  'legacy answers garbage',
  'legacy answers 500',
  'legacy answers HTML',
  'legacy answers truncated gzip',
  'legacy answers slowly',
  'legacy resets connections',
] as const;

export const KUBERNETES_FAULTS = [
  'API server killed',
  'API server restarted',
  'API server stopped (SIGSTOP)',
  'API server answers garbage',
  'API server answers 500',
  'API server answers HTML',
  'API server answers slowly',
  'API server resets watches',
] as const;

export const REPLICA_FAULTS = [
  'replica killed (SIGKILL)',
  'replica stopped (SIGSTOP)',
  'replica restarted (SIGTERM)',
  'disk of the registry file full',
] as const;

export const BALANCER_FAULTS = ['balancer resets connections'] as const;

export type FaultKind =
  | (typeof LEGACY_FAULTS)[number]
  | (typeof KUBERNETES_FAULTS)[number]
  | (typeof REPLICA_FAULTS)[number]
  | (typeof BALANCER_FAULTS)[number];

/** A fault as it was injected. Times in milliseconds since the start of the run. */
export interface InjectedFault {
  readonly kind: FaultKind | 'start' | 'machine stalled';
  readonly part: Part;
  readonly from: number;
  /** `undefined`: it lasts. */
  readonly to: number | undefined;
  /** From its end on, until what it disturbed must be in order again. */
  readonly settle: number;
}

export function isInjected({ kind }: InjectedFault): boolean {
  return kind !== 'start' && kind !== 'machine stalled';
}

/** What was injected at a time, for people. */
export function shownFaults(faults: readonly InjectedFault[], from: number, to: number): string {
  const during = faults.filter((fault) => fault.from <= to && (fault.to ?? Infinity) + fault.settle >= from);
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  return during.length === 0
    ? 'nothing'
    : during
        .map((fault) => {
          const end = fault.to === undefined ? '…' : seconds(fault.to);
          const over = fault.to !== undefined && fault.to < from ? ', over' : '';
          return `${fault.kind} at ${fault.part} (${seconds(fault.from)}–${end} s${over})`;
        })
        .join('; ');
}

/**
 * Since when nothing has disturbed these parts, as seen at a time. `Infinity`: something does now.
 */
export function undisturbedSince(faults: readonly InjectedFault[], parts: readonly Part[], at: number): number {
  let since = 0;
  for (const fault of faults) {
    if (fault.from > at || !(parts.includes(fault.part) || fault.part === 'machine')) continue;
    since = Math.max(since, (fault.to ?? Infinity) + fault.settle);
  }
  return since > at ? Infinity : since;
}

/** How old the news may be that these parts hear at a time: those from the beginning of every disturbance of then. */
export function heardBackTo(faults: readonly InjectedFault[], parts: readonly Part[], at: number): number {
  let earliest = at;
  for (const { part, from, to = Infinity, settle } of faults)
    if ((parts.includes(part) || part === 'machine') && from < at && to + settle >= at)
      earliest = Math.min(earliest, from);
  return earliest;
}
