/**
 * Carries the Eurek8s servers that a request went through, or that the registry in an answer came through, the nearest
 * first, by a random id of each process. Stock servers and clients know nothing of it.
 */
export const HOPS_HEADER = 'x-eurek8s-hops';

/** A chain of servers is as long as somebody made it; this is longer. */
const MAX_HOPS = 16;

export function hopsOf(header: string | undefined): readonly string[] {
  if (header === undefined) return NONE;
  const hops = header.split(',', MAX_HOPS).map((hop) => hop.trim());
  return hops.filter((hop) => HOP.test(hop));
}

const NONE: readonly string[] = [];

const HOP = /^[A-Za-z0-9-]{1,64}$/;

/** The way of something that comes from `self` and came there by `before`. It ends where it begins to repeat itself. */
export function hopsFrom(self: string, before: readonly string[]): string {
  const hops = [self, ...before];
  const repeated = hops.findIndex((hop, index) => hops.indexOf(hop) < index);
  return (repeated < 0 ? hops : hops.slice(0, repeated + 1)).slice(0, MAX_HOPS).join(', ');
}

/**
 * Whether something that came by these servers has come round: through `self`, or through one of them twice. It then has
 * no source outside of them.
 */
export function isLoop(self: string, hops: readonly string[]): boolean {
  return hops.includes(self) || new Set(hops).size < hops.length;
}
