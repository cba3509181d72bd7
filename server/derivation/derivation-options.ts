import type { GuardsConfig } from '../../shared/config/config.ts';
import type { DerivationConfig } from '../../shared/ingress/rules.ts';
import type { SourceId } from '../../shared/model/names.ts';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { ContributionSink } from '../ports/source.ts';
import type { Probing } from './publish-gate.ts';

export interface DerivationOptions extends DerivationConfig {
  /** For this derivation only, which releases the names that it no longer needs. */
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count' | 'gauge'>;
  readonly probing: Probing;
  readonly sink: ContributionSink;
  readonly newTimeSlice: NewTimeSlice;
  /** The source that the objects belong to. */
  readonly source: SourceId;
  readonly guards: GuardsConfig;
  /**
   * The time (epoch milliseconds) up to which the source shows the state of its cluster; `undefined` while it is
   * disconnected.
   */
  readonly viewAt: () => number | undefined;
}
