import type { AppName, SourceId } from '../model/names.ts';
import type { MergeMemory } from '../registry/application.ts';
import { age } from '../text/printable.ts';
import type { StoredPart, StoredRegistry } from './contents.ts';

export interface Admission {
  readonly parts: ReadonlyMap<SourceId, StoredPart>;
  readonly dropped: readonly DroppedPart[];
  /**
   * Restored at any age, because none of it is served by itself: an inherited vip must not change because of a
   * downtime.
   */
  readonly memory: ReadonlyMap<AppName, MergeMemory>;
}

export interface DroppedPart {
  readonly source: SourceId;
  /** For people. */
  readonly reason: string;
}

/**
 * Decides which parts of a file may be served. `bases`: the basis of each source in the current configuration. A part
 * that is older than `maxAge` (milliseconds) is dropped; the age is checked only here, at the start. A clock that was
 * set back makes a part look younger than it is, by `maxAge` at most.
 */
export function admit(
  stored: StoredRegistry,
  bases: ReadonlyMap<SourceId, readonly string[]>,
  maxAge: number,
  now: number,
): Admission {
  const parts = new Map<SourceId, StoredPart>();
  const dropped: DroppedPart[] = [];
  let isOurs = false;
  for (const [source, part] of stored.parts) {
    const foreign = whyForeign(part, bases.get(source));
    const reason = foreign ?? whyTooOld(part, maxAge, now);
    if (foreign === undefined) isOurs = true;
    if (reason === undefined) parts.set(source, part);
    else dropped.push({ source, reason });
  }
  return { parts, dropped, memory: isOurs ? stored.memory : new Map() };
}

function whyForeign({ basis }: StoredPart, today: readonly string[] | undefined): string | undefined {
  if (today === undefined) return 'the configuration has no such source any more';
  return basis.some((each) => today.includes(each))
    ? undefined
    : 'the configuration of the source is another one than when it was stored';
}

function whyTooOld({ lastSuccessAt }: StoredPart, maxAge: number, now: number): string | undefined {
  const old = now - lastSuccessAt;
  if (old > maxAge) return `its last success was ${age(old)} ago, which is longer than snapshot.maxAge`;
  return -old > maxAge ? `its last success is ${age(-old)} ahead of the clock` : undefined;
}
