import type { CallerReport } from '../api/census.ts';
import { byText } from '../model/order.ts';
import { readsWhole } from './caller-view.ts';

/** Names on each side: more cannot be followed by eye. */
const MAX_SIDE = 20;

export interface MapCaller {
  /** Its application, or its address where that is not known. */
  readonly name: string;
  readonly isApplication: boolean;
  /** What it asks for: places in the list of targets. */
  readonly targets: readonly number[];
}

/** `unserved`: a name that finds nothing. `registry`: all of it, as clients read that keep to no names. */
export interface MapTarget {
  readonly name: string;
  readonly kind: 'application' | 'unserved' | 'registry' | 'others';
}

/** Who asks for what, as a picture. */
export interface CallMap {
  readonly callers: readonly MapCaller[];
  readonly targets: readonly MapTarget[];
  /** Callers that are left out. */
  readonly more: number;
}

interface Asking {
  readonly isApplication: boolean;
  readonly names: Set<string>;
  readonly unserved: Set<string>;
  whole: boolean;
}

/** Instances of one application are one caller. Those that look names up come before those that only read everything. */
export function callMap(callers: readonly CallerReport[]): CallMap {
  const found = new Map<string, Asking>();
  for (const caller of callers) {
    if (caller.ownCommand === true) continue;
    const isWhole = readsWhole(caller);
    if (!isWhole && caller.lookups.length === 0) continue;
    const name = caller.application ?? caller.address;
    const asking = found.get(name) ?? newAsking(caller.application !== undefined);
    found.set(name, asking);
    asking.whole ||= isWhole;
    for (const { kind, name: asked, applications } of caller.lookups) {
      for (const app of applications) asking.names.add(app);
      if (applications.length === 0) asking.unserved.add(`${kind} ${asked}`);
    }
  }
  const shown = [...found].toSorted(mostTelling).slice(0, MAX_SIDE).toSorted(byKindAndName);
  const targets = targetsOf(shown.map(([, asking]) => asking));
  const placeOf = new Map(targets.map(({ name, kind }, place) => [`${kind} ${name}`, place] as const));
  const others = targets.findIndex(({ kind }) => kind === 'others');
  const place = (kind: MapTarget['kind'], name: string): number => placeOf.get(`${kind} ${name}`) ?? others;
  return {
    callers: shown.map(([name, { isApplication, names, unserved, whole }]) => {
      const places = new Set([
        ...Array.from(names, (each) => place('application', each)),
        ...Array.from(unserved, (each) => place('unserved', each)),
        ...(whole ? [place('registry', WHOLE_REGISTRY)] : []),
      ]);
      return { name, isApplication, targets: [...places].toSorted((a, b) => a - b) };
    }),
    targets,
    more: found.size - shown.length,
  };
}

const WHOLE_REGISTRY = 'the whole registry';

function targetsOf(askings: readonly Asking[]): readonly MapTarget[] {
  const gathered = (kind: 'application' | 'unserved', names: (asking: Asking) => Iterable<string>): MapTarget[] =>
    [...new Set(askings.flatMap((each) => [...names(each)]))].toSorted(byText).map((name) => ({ name, kind }));
  const all = [...gathered('application', ({ names }) => names), ...gathered('unserved', ({ unserved }) => unserved)];
  const left = all.length - MAX_SIDE;
  return [
    ...all.slice(0, MAX_SIDE),
    ...(left > 0 ? [{ name: `${left} more`, kind: 'others' as const }] : []),
    ...(askings.some(({ whole }) => whole) ? [{ name: WHOLE_REGISTRY, kind: 'registry' as const }] : []),
  ];
}

function newAsking(isApplication: boolean): Asking {
  return { isApplication, names: new Set(), unserved: new Set(), whole: false };
}

type Named = readonly [name: string, asking: Asking];

function mostTelling([a, of]: Named, [b, other]: Named): number {
  const named = (asking: Asking): number => asking.names.size + asking.unserved.size;
  return Math.sign(named(other)) - Math.sign(named(of)) || byKindAndName([a, of], [b, other]);
}

function byKindAndName([a, of]: Named, [b, other]: Named): number {
  return Number(other.isApplication) - Number(of.isApplication) || byText(a, b);
}
