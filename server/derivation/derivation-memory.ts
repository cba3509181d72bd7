import { publicationKey } from '../../shared/contribution/publication.ts';
import { absent, branded, list, membersOf, number, object, text } from '../../shared/data/shape.ts';
import { holdHead } from '../../shared/guard/brake-state.ts';
import type { GuardState, HoldState, LossState } from '../../shared/guard/removal-guard.ts';
import { objectKey } from '../../shared/ingress/object-key.ts';
import { witnessShape } from '../../shared/derivation/witness-shape.ts';
import type { Witness } from '../../shared/derivation/witness.ts';
import type { AppName } from '../../shared/model/names.ts';
import { publicationShape } from '../../shared/registry-file/contribution-shape.ts';
import type { Detail, Restored } from '../ports/source.ts';
import type { KnownIngress } from './removals.ts';

/** What a previous process stored of a derivation. */
export interface RestoredDerivation {
  /** By Ingress, its publication and witness. */
  readonly known: ReadonlyMap<string, KnownIngress>;
  readonly guard: GuardState<KnownIngress>;
}

/**
 * The guard as plain data. Of a hold it has the keys of the Ingresses, of what passed the applications only: what is
 * known of the Ingresses is stored with their applications.
 */
interface StoredGuard {
  readonly hold?: HoldState<undefined>;
  readonly passed: readonly Omit<LossState<KnownIngress>, 'ingresses'>[];
}

const app = branded<AppName>();
const hold = object<HoldState<undefined>>({
  head: holdHead,
  apps: list(
    object<LossState<undefined>>({
      app,
      since: number,
      ingresses: list({
        write: ([ingress]) => ingress,
        read: (json) => [text.read(json), undefined] as const,
      }),
    }),
  ),
});
const guardShape = object<StoredGuard>({
  hold: absent(hold),
  passed: list(object<StoredGuard['passed'][number]>({ app, since: number })),
});

/** What passed is in no contribution any more, so its publication is stored as well. */
type Passed = Omit<KnownIngress, 'app'>;
const passedShape = object<Passed>({ witness: witnessShape, publication: publicationShape });

export function writeGuard({ hold: held, passed }: GuardState<KnownIngress>): unknown {
  if (held === undefined) return guardShape.write({ passed });
  const apps = held.apps.map((each) => ({
    ...each,
    ingresses: each.ingresses.map(([ingress]) => [ingress, undefined] as const),
  }));
  return guardShape.write({ hold: { head: held.head, apps }, passed });
}

/** Versions that kept nothing of what passed wrote the hold alone, or nothing. */
function readGuard(json: unknown): StoredGuard {
  if (json === undefined) return { passed: [] };
  return 'head' in membersOf(json) ? { hold: hold.read(json), passed: [] } : guardShape.read(json);
}

export function writeWitness(witness: Witness): Detail {
  return { identity: witness, write: () => witnessShape.write(witness) };
}

export function writePassed(known: KnownIngress): Detail {
  return { identity: known, write: () => passedShape.write(known) };
}

/**
 * Throws when the data is not what this version writes. An Ingress without its witness or its publication is skipped.
 */
export function readDerivation({ contributions, details, state }: Restored): RestoredDerivation {
  const known = new Map<string, KnownIngress>();
  const gone = new Map<AppName, LossState<KnownIngress>['ingresses']>();
  for (const [name, some] of details) {
    const publications = new Map(contributions.get(name)?.publications.map((each) => [publicationKey(each), each]));
    const isPassed = (detail: unknown): boolean => 'publication' in membersOf(detail);
    const passed = some.filter(isPassed).map((detail) => passedShape.read(detail));
    if (passed.length > 0)
      gone.set(
        name,
        passed.map((each) => [objectKey(each.witness.candidate), { app: name, ...each }]),
      );
    for (const detail of some) {
      if (isPassed(detail)) continue;
      const witness = witnessShape.read(detail);
      const publication = publications.get(objectKey(witness.candidate));
      if (publication !== undefined) known.set(objectKey(witness.candidate), { app: name, witness, publication });
    }
  }
  const { hold: held, passed } = readGuard(state);
  const lately = passed.map((loss) => ({ ...loss, ingresses: gone.get(loss.app) ?? [] }));
  return { known, guard: { ...(held && { hold: withKnown(held, known) }), passed: lately } };
}

function withKnown(
  { head, apps }: HoldState<undefined>,
  known: ReadonlyMap<string, KnownIngress>,
): HoldState<KnownIngress> {
  const found = apps.map((each) => ({
    ...each,
    ingresses: each.ingresses.flatMap(([ingress]) => {
      const one = known.get(ingress);
      return one === undefined ? [] : [[ingress, one] as const];
    }),
  }));
  return { head, apps: found.filter(({ ingresses }) => ingresses.length > 0) };
}
