import type { InstanceRecord } from './instance.ts';
import { isSyntheticId, SOURCE_MARKER } from './names.ts';

/** Whether an Eurek8s made this entry, this one or another: a registry that lists it got it from there. */
export function isOwnEntry({ id, metadata }: Pick<InstanceRecord, 'id' | 'metadata'>): boolean {
  return isSyntheticId(id) || metadata.has(SOURCE_MARKER);
}
