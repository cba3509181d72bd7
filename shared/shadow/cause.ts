import { isRawRecord, rawList, rawText } from '../data/raw-data.ts';
import { appName, instanceId, type AppName, type InstanceId } from '../model/names.ts';
import { ENTRY, LISTED, NOT_LISTED, type Difference } from './difference.ts';

/** What Eurek8s itself says of one instance, in the words of `/eurek8s/diff`. */
export interface Statement {
  readonly kind: string;
  readonly reason: string;
}

/** By application and id, as `keyOf` writes them. */
export type Statements = ReadonlyMap<string, Statement>;

/** Why a difference is as it shall be, or what is known of one that shall not be. */
export type Cause =
  | { readonly kind: 'intended'; readonly cause: string; readonly reason: string }
  | { readonly kind: 'unintended'; readonly reason: string | undefined };

export function keyOf({ app, id }: Readonly<Record<'app' | 'id', string>>): string {
  return `${app}\n${id}`;
}

/** Reads the document of `/eurek8s/diff`; `undefined`: it is another one. */
export function statementsOf(document: unknown): Statements | undefined {
  if (!isRawRecord(document) || !Array.isArray(document['applications'])) return undefined;
  const statements = new Map<string, Statement>();
  for (const application of document['applications'].filter(isRawRecord))
    for (const each of rawList(application['differences']).filter(isRawRecord)) {
      const kind = rawText(each['kind']) ?? '';
      // A refused registration is named with its source.
      const id = (rawText(each['id']) ?? '').replace(/^legacy\//, '');
      const key = keyOf({ app: rawText(application['name']) ?? '', id });
      // One instance may have several: what decides whether it is listed goes before the others.
      if (EXPLAINING.has(kind) || !statements.has(key))
        statements.set(key, { kind, reason: rawText(each['reason']) ?? '' });
    }
  return statements;
}

/** What is in the lists of Eurek8s and not in those of the legacy. */
const SERVED: ReadonlySet<string> = new Set(['added', 'held']);
const NOT_LISTED_AS_SAID = 'not listed, and served by what it says';

/** Entries that neither lists, though Eurek8s says that it serves them. */
export function missingEntries(
  statements: Statements,
  isListed: (app: AppName, id: InstanceId) => boolean,
): readonly Difference[] {
  const served = [...statements].filter(([, { kind }]) => SERVED.has(kind));
  return served.flatMap(([key]) => {
    const [name = '', text = ''] = key.split('\n');
    const [app, id] = [appName(name), instanceId(text)];
    if (isListed(app, id)) return [];
    return { app, id, field: ENTRY, expected: NOT_LISTED, actual: NOT_LISTED_AS_SAID };
  });
}

const EXPLAINING: ReadonlySet<string> = new Set(['hidden', 'held']);

/** `marked`: the instance is an entry that Eurek8s made, by its own marker. */
export function causeOf(difference: Difference, marked: boolean, statements: Statements): Cause {
  const said = statements.get(keyOf(difference));
  const isMissing = difference.field === ENTRY && difference.actual !== LISTED && SERVED.has(said?.kind ?? '');
  if (isMissing) return { kind: 'unintended', reason: said?.reason };
  if (marked) return { kind: 'intended', cause: 'kubernetes', reason: said?.reason ?? 'it has the marker of an entry' };
  const asSaid = difference.actual === LISTED ? 'held' : 'hidden';
  if (difference.field !== ENTRY || said?.kind !== asSaid) return { kind: 'unintended', reason: said?.reason };
  return { kind: 'intended', cause: asSaid === 'hidden' ? hiddenCause(said.reason) : asSaid, reason: said.reason };
}

/** The reason begins with the code of the rule that hides it. */
function hiddenCause(reason: string): string {
  const code = /^[a-z-]+(?=: )/.exec(reason)?.[0];
  return code === undefined ? 'hidden' : `hidden: ${code}`;
}
