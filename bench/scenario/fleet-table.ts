import { bytesText, figure } from '../report/numbers.ts';
import type { Table } from '../section.ts';
import { needsOf, type Fleet, type Measured } from './fleet-arithmetic.ts';

/** From the fleets this is for to the largest one anybody runs. */
const FLEETS: readonly Fleet[] = [
  { instances: 600, clients: 600, changes: 0.2 },
  { instances: 10_000, clients: 10_000, changes: 1 },
  { instances: 10_000, clients: 10_000, changes: 10 },
  { instances: 100_000, clients: 100_000, changes: 1 },
  { instances: 100_000, clients: 100_000, changes: 10 },
  { instances: 100_000, clients: 100_000, changes: 50 },
];

/** The arithmetic of docs/scaling.md for some fleets. */
export function fleetTable(measured: Measured): Table {
  return {
    title: 'What fleets need, by this arithmetic',
    columns: [
      'instances',
      'clients',
      'changes a second',
      'requests a second',
      'delta',
      'sent a second',
      'cores',
      'replicas',
      'everybody starts at once: core seconds',
    ],
    rows: FLEETS.map((fleet) => {
      const needs = needsOf(fleet, measured);
      return [
        figure(fleet.instances),
        figure(fleet.clients),
        figure(fleet.changes),
        figure(needs.requestsPerSecond),
        bytesText(Math.round(needs.deltaBytes)),
        bytesText(Math.round(needs.bytesPerSecond)),
        figure(needs.cores),
        figure(needs.replicas),
        figure(needs.herdSeconds),
      ];
    }),
  };
}
