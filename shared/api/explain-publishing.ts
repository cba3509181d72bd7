import type { InstanceId } from '../model/names.ts';
import type { PublishedState } from '../publish/exchange.ts';
import type { MergedApplication } from '../registry/application.ts';
import { age, counted, printable, time } from '../text/printable.ts';

/** What is known of an entry at the legacy; `undefined`: it is not one to be published. */
export type StateOf = (id: InstanceId) => PublishedState | undefined;

/** Which entries of an application are registered in the legacy too. */
export interface ExplainedPublishing {
  /** Entries that shall be there. */
  readonly entries: number;
  readonly published: readonly { readonly id: string; readonly since: string | undefined }[];
  readonly notPublished: readonly { readonly id: string; readonly reason: string }[];
  /** What callers that ask the legacy see otherwise than callers here. */
  readonly notes: readonly string[];
}

const PENDING = 'its registration is under way';

/** `undefined` when the application has no entries to be published. */
export function explainPublishing(
  { served, hidden }: MergedApplication,
  stateOf: StateOf,
  blocked: string | undefined,
): ExplainedPublishing | undefined {
  const published: { id: string; since: string | undefined }[] = [];
  const notPublished: { id: string; reason: string }[] = [];
  let entries = 0;
  for (const { id } of served) {
    const state = stateOf(id);
    if (state === undefined) continue;
    entries++;
    const { since, problem } = state;
    if (since === undefined) notPublished.push({ id, reason: blocked ?? problem ?? PENDING });
    else {
      published.push({ id, since: time(since) });
      if (problem !== undefined) notPublished.push({ id, reason: `its last renewal failed: ${problem}` });
    }
  }
  if (entries === 0) return undefined;
  const notes =
    hidden.length === 0
      ? []
      : [
          `callers that ask the legacy itself still see the ${counted(hidden.length, 'hidden instance')}: hiding cannot be published`,
        ];
  return { entries, published, notPublished, notes };
}

/** `now` in epoch milliseconds. */
export function renderPublishing(
  { entries, published, notPublished, notes }: ExplainedPublishing,
  now: number,
): string {
  const newest = Math.max(...published.map(({ since }) => Date.parse(since ?? '')));
  const since = Number.isFinite(newest) ? `, the newest for ${age(now - newest)}` : '';
  const reasons = new Map<string, number>();
  for (const { reason } of notPublished) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [
    `published in the legacy: ${published.length} of ${counted(entries, 'entry', 'entries')}${since}`,
    ...[...reasons].map(([reason, count]) => printable(`  ${counted(count, 'entry', 'entries')}: ${reason}`)),
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}
