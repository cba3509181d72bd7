import type { Callee } from './callers.ts';
import { statusKey } from './entry.ts';
import { EC2_APPS, type Fleet } from './fleet.ts';
import type { KubernetesApp } from './kubernetes-app.ts';
import type { End, Truth } from './truth.ts';

/** How a registration or an entry ended; nothing: it has not. */
export function endsOf(truth: Truth, key: string): readonly End[] {
  const last = truth.timelines.get(key)?.episodes.at(-1);
  return last?.state === 'absent' ? [{ at: last.since, ending: last.ending ?? 'lost' }] : [];
}

/** What tells that nobody can be reached over an entry from Kubernetes: that it is gone, or DOWN, which is never held. */
export function downBy(truth: Truth, id: string): readonly End[] {
  const last = truth.timelines.get(statusKey(id))?.episodes.at(-1);
  return [...endsOf(truth, id), ...(last?.state === 'DOWN' ? [{ at: last.since }] : [])];
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
