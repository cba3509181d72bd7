import type { ViewParts } from './contributions.ts';

/** How many instances are served: those that are listed or held, and those that are there only because of a write. */
export function servedSize({ polled, brake, pending }: ViewParts): number {
  let size = polled.size + brake.size;
  for (const { app, id, record } of pending.all()) {
    const isListed = polled.instances(app)?.has(id) === true;
    if (record === undefined && isListed) size--;
    else if (record !== undefined && !isListed) size++;
  }
  return size;
}
