import type { InstanceStatus } from '../model/instance.ts';

/**
 * Whether operators may override a status. Any other status is what the instance knows about itself, and is trusted.
 */
export function isOverridable(status: InstanceStatus): boolean {
  return status === 'UP' || status === 'OUT_OF_SERVICE';
}

/**
 * The status of an instance by the rules of stock Eureka, of which the first that applies wins. There is no rule for
 * auto-scaling groups, as stock switches it off outside of AWS.
 * `override` is a function, because a look-up keeps the override alive, and stock looks it up only at this point.
 */
export function effectiveStatus(
  incoming: InstanceStatus,
  override: () => InstanceStatus | undefined,
  existing: InstanceStatus | undefined,
): InstanceStatus {
  if (!isOverridable(incoming)) return incoming;
  const overridden = override();
  if (overridden !== undefined) return overridden;
  // A client cannot move between UP and OUT_OF_SERVICE by a new registration. Status calls are for that.
  if (existing !== undefined && isOverridable(existing)) return existing;
  return incoming;
}
