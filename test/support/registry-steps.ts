import fc from 'fast-check';

/** The sources of `RegistryWorld`: two with registrations, and a cluster. */
export type RegistrySourceIndex = 0 | 1;
export type SourceIndex = RegistrySourceIndex | 2;

/** What happens to a registry and to the clients that poll it. */
export type Step =
  /** An instance registers, or changes. */
  | {
      readonly kind: 'put';
      readonly source: RegistrySourceIndex;
      readonly app: string;
      readonly id: string;
      readonly status: number;
      readonly color: number;
      /** Another one is a registration anew: the time stamps of servers are others. */
      readonly stamp: number;
    }
  | { readonly kind: 'drop'; readonly source: RegistrySourceIndex; readonly app: string; readonly id: string }
  /** The same id moves to another application in one change. */
  | {
      readonly kind: 'rename';
      readonly source: RegistrySourceIndex;
      readonly id: string;
      readonly from: string;
      readonly to: string;
    }
  /** Both sources have this instance, with different content. */
  | { readonly kind: 'claim'; readonly app: string; readonly id: string; readonly color: number }
  | { readonly kind: 'publish'; readonly app: string; readonly up: boolean; readonly percent: number }
  | { readonly kind: 'unpublish'; readonly app: string }
  /** A source loses its upstream, which goes on changing, or has it back, with a complete view. */
  | { readonly kind: 'fail'; readonly source: SourceIndex }
  | { readonly kind: 'heal'; readonly source: SourceIndex }
  /** The hub stops and starts again later. Meanwhile every upstream goes on changing. */
  | { readonly kind: 'restart'; readonly source: RegistrySourceIndex; readonly app: string; readonly id: string }
  | { readonly kind: 'wait'; readonly ms: number }
  /** A part of the time passes for which every change stays in the delta. */
  | { readonly kind: 'linger'; readonly part: number }
  /** Time passes beyond the delta window: the log is empty afterwards. */
  | { readonly kind: 'outlast' }
  | { readonly kind: 'join' }
  | { readonly kind: 'poll'; readonly client: number };

const app = fc.constantFrom('A', 'B', 'C');
const id = fc.constantFrom('i1', 'i2', 'i3', 'i4');
const registrySource = fc.constantFrom<RegistrySourceIndex>(0, 1);
const source = fc.constantFrom<SourceIndex>(0, 1, 2);
const color = fc.nat(2);

function weighted<K extends Step['kind']>(
  weight: number,
  kind: K,
  rest: { readonly [P in Exclude<keyof Extract<Step, { kind: K }>, 'kind'>]: fc.Arbitrary<unknown> },
): { readonly weight: number; readonly arbitrary: fc.Arbitrary<Step> } {
  return {
    weight,
    arbitrary: fc.record({ kind: fc.constant(kind), ...rest }) as fc.Arbitrary<unknown> as fc.Arbitrary<Step>,
  };
}

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  weighted(10, 'put', { source: registrySource, app, id, status: fc.nat(4), color, stamp: fc.nat(2) }),
  weighted(6, 'drop', { source: registrySource, app, id }),
  weighted(4, 'rename', { source: registrySource, id, from: app, to: app }),
  weighted(3, 'claim', { app, id, color }),
  weighted(4, 'publish', { app, up: fc.boolean(), percent: fc.constantFrom(0, 25, 50, 100) }),
  weighted(2, 'unpublish', { app }),
  weighted(2, 'fail', { source }),
  weighted(3, 'heal', { source }),
  weighted(1, 'restart', { source: registrySource, app, id }),
  weighted(2, 'wait', { ms: fc.constantFrom(1, 1000, 30_000) }),
  weighted(4, 'linger', { part: fc.constantFrom(0.1, 0.4, 0.95) }),
  weighted(1, 'outlast', {}),
  weighted(2, 'join', {}),
  weighted(9, 'poll', { client: fc.nat(7) }),
);
