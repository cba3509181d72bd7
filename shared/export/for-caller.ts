import { applicationsByAddress, applicationsLookedUp, applicationsOf, type Caller } from '../census/caller.ts';
import { appName, type AppName } from '../model/names.ts';
import { application, type RegistrySnapshot } from '../registry/snapshot.ts';
import { counted } from '../text/printable.ts';
import type { Steps } from '../time-slice.ts';
import { serviceHost } from './kubernetes-objects.ts';
import type { Extent, Mapping, Target } from './target.ts';

/** The mapping of what one caller calls, and what is known of that. */
export interface CallerMapping extends Mapping {
  readonly notes: readonly string[];
  readonly extent: Extent;
}

/** Who was seen, and how many were not kept. */
export interface SeenCallers {
  readonly callers: readonly Caller[];
  readonly forgotten: number;
}

/** `caller`: an application, or an address. `'unseen'`: it has asked nothing. */
export function* mappingFor(
  caller: string,
  mapping: Mapping,
  { callers, forgotten }: SeenCallers,
  snapshot: RegistrySnapshot,
): Steps<CallerMapping | 'unseen'> {
  const at = yield* applicationsByAddress(snapshot);
  const name = appName(caller);
  const seen = callers.filter((each) => each.address === caller || applicationsOf(each, at).includes(name));
  if (seen.length === 0) return 'unseen';
  // A client that reads all instances of the registry looks nothing up, and calls whatever it likes.
  const readsAll = seen.some(({ reads }) => reads.full + reads.delta > 0);
  const wanted = new Set<string>();
  for (const { lookups } of readsAll ? [] : seen) {
    for (const lookup of lookups.values()) for (const app of applicationsLookedUp(lookup, snapshot)) wanted.add(app);
    yield;
  }
  const concerns = (app: string): boolean => readsAll || wanted.has(app);
  const gaps = readsAll ? [] : gapsOf(name, seen, forgotten);
  const what = readsAll
    ? `${name} reads the whole registry, so what it calls is not known: this is all of it`
    : `${gaps.length > 0 ? 'a part of ' : ''}what ${name} has looked up`;
  const some: CallerMapping = {
    targets: mapping.targets.filter(({ apps }) => apps.some(concerns)),
    leftOut: mapping.leftOut.filter(({ app }) => concerns(app)),
    notes: [what, ...gaps],
    extent: gaps.length > 0 ? 'some' : 'all',
  };
  const cluster = clusterOf(name, snapshot);
  return cluster === undefined ? some : seenFrom(cluster, some, `${name} runs in`);
}

/** Why it may call more than is known. */
function gapsOf(name: AppName, seen: readonly Caller[], forgotten: number): readonly string[] {
  const notKept = seen.reduce((sum, each) => sum + each.notKept.lookups, 0);
  return [
    ...(notKept === 0
      ? []
      : [
          `it looks up more names than are kept: ${counted(notKept, 'request')} for others, and what they find is missing`,
        ]),
    ...(forgotten === 0 ? [] : [`not all callers were kept: what ${name} has looked up as one of these is missing`]),
  ];
}

/** The one cluster that an application runs in: it is registered nowhere any more, but by Pods that nobody reaches. */
function clusterOf(name: AppName, snapshot: RegistrySnapshot): string | undefined {
  const found = application(snapshot, name);
  if (found === undefined || found.hidden.some(({ code }) => code !== 'overlay')) return undefined;
  const clusters = new Set(
    found.served.map(({ id }) => {
      const origin = found.origins.get(id);
      return origin?.kind === 'ingress' ? origin.object.slice(0, origin.object.indexOf('/')) : undefined;
    }),
  );
  return clusters.size === 1 ? [...clusters][0] : undefined;
}

/**
 * As a caller in the cluster calls: nothing has to pass through the load balancer, and behind it Services speak plain
 * HTTP. `who`: for the note.
 */
export function seenFrom(cluster: string, mapping: CallerMapping, who = 'this is for'): CallerMapping {
  return {
    ...mapping,
    targets: mapping.targets.map((target) => nearTarget(cluster, target)),
    notes: [...mapping.notes, `${who} cluster ${cluster}, where Services are called by their own names`],
  };
}

function nearTarget(cluster: string, target: Target): Target {
  const near = target.backends.filter((backend) => backend.cluster === cluster);
  if (near.length === 0) return target;
  const endpoints = near.map((backend) => ({
    scheme: 'http' as const,
    host: serviceHost(backend),
    port: backend.port,
  }));
  return { ...target, endpoints, backends: near };
}
