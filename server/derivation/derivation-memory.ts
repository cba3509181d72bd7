import { publicationKey } from '../../shared/contribution/publication.ts';
import { branded, list, number, object, optional, text } from '../../shared/data/shape.ts';
import { holdHead } from '../../shared/guard/brake-state.ts';
import type { HoldState } from '../../shared/guard/removal-guard.ts';
import { objectKey } from '../../shared/ingress/object-key.ts';
import { witnessShape } from '../../shared/derivation/witness-shape.ts';
import type { Witness } from '../../shared/derivation/witness.ts';
import type { AppName } from '../../shared/model/names.ts';
import type { Detail, Restored } from '../ports/source.ts';
import type { KnownIngress } from './removals.ts';

/** What a previous process stored of a derivation. */
export interface RestoredDerivation {
  /** By Ingress, its publication and witness. */
  readonly known: ReadonlyMap<string, KnownIngress>;
  readonly held: HoldState<KnownIngress> | undefined;
}

/**
 * The hold as plain data. It has the keys of the Ingresses only, because the witnesses are stored with the
 * applications.
 */
type HeldKeys = HoldState<undefined>;

const heldKeys = optional(
  object<HeldKeys>({
    head: holdHead,
    apps: list(
      object<HeldKeys['apps'][number]>({
        app: branded<AppName>(),
        since: number,
        ingresses: list({
          write: ([ingress]) => ingress,
          read: (json) => [text.read(json), undefined] as const,
        }),
      }),
    ),
  }),
);

export function writeHeld(state: HoldState<KnownIngress> | undefined): unknown {
  if (state === undefined) return heldKeys.write(undefined);
  const apps = state.apps.map((each) => ({
    ...each,
    ingresses: each.ingresses.map(([ingress]) => [ingress, undefined] as const),
  }));
  return heldKeys.write({ head: state.head, apps });
}

export function writeWitness(witness: Witness): Detail {
  return { identity: witness, write: () => witnessShape.write(witness) };
}

/**
 * Throws when the data is not what this version writes. An Ingress without its witness or its publication is skipped.
 */
export function readDerivation({ contributions, details, state }: Restored): RestoredDerivation {
  const known = new Map<string, KnownIngress>();
  for (const [app, some] of details) {
    const publications = new Map(contributions.get(app)?.publications.map((each) => [publicationKey(each), each]));
    for (const detail of some) {
      const witness = witnessShape.read(detail);
      const publication = publications.get(objectKey(witness.candidate));
      if (publication !== undefined) known.set(objectKey(witness.candidate), { app, witness, publication });
    }
  }
  return { known, held: withKnown(heldKeys.read(state), known) };
}

function withKnown(
  state: HeldKeys | undefined,
  known: ReadonlyMap<string, KnownIngress>,
): HoldState<KnownIngress> | undefined {
  const apps = state?.apps.map((each) => ({
    ...each,
    ingresses: each.ingresses.flatMap(([ingress]) => {
      const found = known.get(ingress);
      return found === undefined ? [] : [[ingress, found] as const];
    }),
  }));
  return state && { head: state.head, apps: apps?.filter(({ ingresses }) => ingresses.length > 0) ?? [] };
}
