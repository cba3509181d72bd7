import type { ContributionSink } from '../../server/ports/source.ts';
import type { Publication } from '../../shared/contribution/publication.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import type { AppContribution } from '../../shared/contribution/contribution.ts';

/** A sink that keeps what a source contributes, as the hub would, and counts the calls. */
export class ContributionRecorder implements ContributionSink {
  apps = new Map<AppName, AppContribution>();
  readonly updates: (readonly AppName[])[] = [];
  replaced = 0;
  syncs = 0;

  update(changes: ReadonlyMap<AppName, AppContribution | undefined>): void {
    this.updates.push([...changes.keys()].toSorted());
    for (const [app, contribution] of changes)
      if (contribution === undefined) this.apps.delete(app);
      else this.apps.set(app, contribution);
  }

  replace(all: ReadonlyMap<AppName, AppContribution>): void {
    this.replaced++;
    this.apps = new Map(all);
  }

  synced(): void {
    this.syncs++;
  }

  publication(app: string): Publication | undefined {
    return this.apps.get(appName(app))?.publications[0];
  }

  refusal(app: string): string | undefined {
    return this.apps.get(appName(app))?.refusals[0]?.code;
  }
}
