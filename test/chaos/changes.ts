import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import type { KubernetesApp } from './kubernetes-app.ts';
import { between, pick, type Random } from './random.ts';

/** BOB is on EC2 as well. */
export const KUBERNETES_APPS = ['bob', 'carol', 'frank', 'grace', 'heidi', 'ivan', 'judy', 'mallory', 'niaj'] as const;
const FEWEST_PUBLISHED = 6;

export interface ChangeCounts {
  ec2: number;
  kubernetes: number;
}

/** Changes at random in both worlds until it is stopped. */
export async function changeForEver(
  fleet: Fleet,
  apps: readonly KubernetesApp[],
  next: Random,
  counts: ChangeCounts,
  stopped: AbortSignal,
): Promise<void> {
  while (!stopped.aborted) {
    await sleep(between(next, 300, 1_500), undefined, { ref: false });
    if (next() < 0.6) {
      await fleet.change(next);
      counts.ec2++;
    } else if (changeApp(apps, next)) counts.kubernetes++;
  }
}

function changeApp(apps: readonly KubernetesApp[], next: Random): boolean {
  const app = pick(next, apps);
  const dice = next();
  const ready = Math.floor(next() * 4);
  if (!app.settled) return false;
  if (!app.published) app.publish();
  else if (dice < 0.5) app.scale(ready);
  else if (dice < 0.8) app.publish();
  else if (apps.filter(({ published }) => published).length > FEWEST_PUBLISHED) app.withdraw();
  else return false;
  return true;
}
