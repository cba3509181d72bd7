import type { InstanceStatus } from '../model/instance.ts';

/** Statuses that operators may overrule; any other is what the instance knows about itself, and is trusted. */
export function isOverridable(status: InstanceStatus): boolean {
  return status === 'UP' || status === 'OUT_OF_SERVICE';
}

/**
 * The status an instance has, by the rules of stock Eureka: the first that matches wins. There is no rule for
 * auto-scaling groups: stock has it switched off outside of AWS.
 * `override` is a function because looking an override up keeps it alive, and stock does so only when it gets there.
 */
export function effectiveStatus(
  incoming: InstanceStatus,
  override: () => InstanceStatus | undefined,
  existing: InstanceStatus | undefined,
): InstanceStatus {
  if (!isOverridable(incoming)) return incoming;
  const overridden = override();
  if (overridden !== undefined) return overridden;
  // A client cannot move itself between UP and OUT_OF_SERVICE by registering again; the status calls are for that.
  if (existing !== undefined && isOverridable(existing)) return existing;
  return incoming;
}
