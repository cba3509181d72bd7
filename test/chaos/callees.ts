import type { Callee } from './callers.ts';
import { statusKey } from './entry.ts';
import { EC2_APPS, type Fleet } from './fleet.ts';
import type { KubernetesApp } from './kubernetes-app.ts';
import type { Truth } from './truth.ts';

/** Since when a registration is known to have ended; `Infinity`: it has not. */
export function endedAt(truth: Truth, key: string): number {
  const last = truth.timelines.get(key)?.episodes.at(-1);
  return last?.state === 'absent' ? last.since : Infinity;
}

/** Since when nobody can be reached over an entry from Kubernetes, as the API server knows. */
export function downSince(truth: Truth, id: string): number {
  const last = truth.timelines.get(statusKey(id))?.episodes.at(-1);
  return Math.min(endedAt(truth, id), last?.state === 'DOWN' ? last.since : Infinity);
}

/** All names that callers call. */
export function calleesOf(fleet: Fleet, apps: readonly KubernetesApp[], truth: Truth): readonly Callee[] {
  const since = (key: string): number => truth.timelines.get(key)?.episodes.at(-1)?.since ?? Infinity;
  const names = new Set([...EC2_APPS.map((app) => app.toLowerCase()), ...apps.map(({ name }) => name)]);
  return [...names].map((name): Callee => {
    const own = fleet.instances.filter(({ app }) => app === name.toUpperCase());
    const app = apps.find((each) => each.name === name);
    return {
      name,
      owns: (backend) => backend === `${name}-pods` || own.some(({ id }) => id === backend),
      aliveSince: () => {
        const up = own
          .filter(({ phase, status }) => phase === 'registered' && status === 'UP')
          .map(({ id }) => since(id));
        const pods = app?.published === true && app.ready > 0;
        return Math.min(pods ? Math.max(since(app.id), since(statusKey(app.id))) : Infinity, ...up);
      },
    };
  });
}
