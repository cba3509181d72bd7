import type { AppName, InstanceId } from '../../shared/model/names.ts';
import type { PublishedState, PublishSummary } from '../../shared/publish/exchange.ts';

export interface PublishingReport extends PublishSummary {
  /** Why nothing is published at all. */
  readonly blocked: string | undefined;
}

/** What people see of the entries that are registered in the legacy. */
export interface Publishing {
  /** `undefined`: this entry is not one to be published. */
  state(app: AppName, id: InstanceId): PublishedState | undefined;
  report(): PublishingReport;
}
