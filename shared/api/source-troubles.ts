import type { World } from '../contribution/contribution.ts';
import { counted, time } from '../text/printable.ts';
import type { SourceFacts, SourceReport } from './sources.ts';

/** A source that is out of reach, or that could not read all of what it has. */
export interface SourceTrouble {
  readonly source: string;
  /** `restored`: from the registry file, not confirmed yet. `erring`: in touch, but not all that it has can be read. */
  readonly trouble: 'starting' | 'stale' | 'restored' | 'erring';
  /** RFC 3339. The last successful exchange with the upstream. */
  readonly lastSuccess: string | undefined;
  readonly lastError: string | undefined;
  /** The same in words. */
  readonly text: string;
}

type Facts = Pick<SourceFacts, 'id' | 'world' | 'health'>;

/** The sources that are in trouble, for whoever asks about applications. */
export function sourceTroubles(sources: readonly Facts[]): readonly SourceTrouble[] {
  return sources.flatMap(({ id, world, health }) => {
    const { lastSuccessAt, lastError } = health;
    const trouble = troubleOf(health);
    if (trouble === undefined) return [];
    const lastSuccess = lastSuccessAt === undefined ? undefined : time(lastSuccessAt);
    const error = lastError === undefined ? '' : `; last error: ${lastError}`;
    const text =
      trouble === 'erring'
        ? `source ${id}: last error: ${lastError ?? ''} (${kept(world)})`
        : `source ${id} ${STATES[trouble]}, last heard of ${lastSuccess ?? 'never'}${error}`;
    return [{ source: id, trouble, lastSuccess, lastError, text }];
  });
}

/** `undefined`: it is up to date. */
export function troubleOf({
  state,
  restored,
  lastError,
}: Pick<SourceReport, 'state' | 'lastError'> & { readonly restored?: true | undefined }):
  SourceTrouble['trouble'] | undefined {
  if (restored === true) return 'restored';
  if (state !== 'synced') return state;
  return lastError === undefined ? undefined : 'erring';
}

const STATES = {
  starting: 'has given no complete view yet',
  stale: 'is stale',
  restored: 'was restored from the registry file and is not confirmed yet',
} as const;

function kept(world: World): string {
  return world === 'kubernetes' ? 'last good objects are kept' : 'what is last known is kept';
}

/** A line for one application. `entries`: how many of the entries shown come from that source. */
export function troubleLine({ trouble, text }: SourceTrouble, entries: number): string {
  if (entries === 0) return `${text}: what it has of this application may be missing here`;
  if (trouble === 'erring') return text;
  return `${text}: ${counted(entries, 'entry', 'entries')} from there as last known`;
}
