/**
 * The header that lists the Eurek8s servers that a request, or the registry in an answer, came through: the nearest
 * first, each by a random id of its process. Stock servers and clients ignore it.
 */
export const HOPS_HEADER = 'x-eurek8s-hops';

/** More servers than anybody chains. */
const MAX_HOPS = 16;

/** The ids in a header, the nearest first. */
export function hopsOf(header: string | undefined): readonly string[] {
  if (header === undefined) return NONE;
  const hops = header.split(',', MAX_HOPS).map((hop) => hop.trim());
  return hops.filter((hop) => HOP.test(hop));
}

const NONE: readonly string[] = [];

const HOP = /^[A-Za-z0-9-]{1,64}$/;

/** The header of what `self` passes on after it came through `before`. It ends at the first id that repeats. */
export function hopsFrom(self: string, before: readonly string[]): string {
  const hops = [self, ...before];
  const repeated = hops.findIndex((hop, index) => hops.indexOf(hop) < index);
  return (repeated < 0 ? hops : hops.slice(0, repeated + 1)).slice(0, MAX_HOPS).join(', ');
}

/**
 * Whether what came through these servers went in a circle: through `self`, or through one of them twice. Then it has
 * no source outside of them.
 */
export function isLoop(self: string, hops: readonly string[]): boolean {
  return hops.includes(self) || new Set(hops).size < hops.length;
}
