import { rmSync } from 'node:fs';
import type { Transport } from '../support/fake-kubernetes.ts';
import { LIST_FAULTS } from '../support/fake-kubernetes/list-fault-rows.ts';
import { SILENT, WATCH_FAULTS } from '../support/fake-kubernetes/watch-fault-rows.ts';
import type { TriedCluster } from './many-clusters.ts';
import type { Area } from './table.ts';

/** Milliseconds. With a back-off that doubles there are five or six attempts within it. */
const FAULT_LASTS = 40_000;
/** A stream without a byte counts as dead after 90 s. */
export const SILENCE_LASTS = 110_000;

/** What is done to a cluster, and what it is like while it lasts. */
export interface Trial {
  readonly area: Area;
  readonly fault: string;
  readonly how: string;
  readonly on?: Transport;
  readonly lastsMs: number;
  readonly begin: (cluster: TriedCluster) => unknown;
  readonly end: (cluster: TriedCluster) => unknown;
  /** Whether the source says so. */
  readonly reported: boolean;
}

const healthy = ({ fake }: TriedCluster): void => {
  fake.watchFault = () => undefined;
  fake.listFault = () => undefined;
};

export const TRIALS: readonly Trial[] = [
  ...WATCH_FAULTS.map(({ name, fault, on, reported }): Trial => ({
    area: 'watch',
    fault: name,
    how: `every watch of every kind, ${(SILENT.has(fault.kind) ? SILENCE_LASTS : FAULT_LASTS) / 1000} s`,
    ...(on !== undefined && { on }),
    lastsMs: SILENT.has(fault.kind) ? SILENCE_LASTS : FAULT_LASTS,
    begin: ({ fake }) => {
      fake.watchFault = () => fault;
      fake.endWatches();
    },
    end: healthy,
    reported,
  })),
  ...LIST_FAULTS.map(({ name, fault }): Trial => ({
    area: 'list',
    fault: name,
    how: `watches are answered 410, and every list so, ${FAULT_LASTS / 1000} s`,
    lastsMs: FAULT_LASTS,
    begin: ({ fake }) => {
      fake.listFault = () => fault;
      fake.watchFault = () => ({ kind: 'gone-event' });
      fake.endWatches();
    },
    end: healthy,
    reported: true,
  })),
  {
    area: 'access',
    fault: 'nothing listens',
    how: 'connections are reset, new ones refused',
    lastsMs: FAULT_LASTS,
    begin: ({ fake }) => fake.refuse(),
    end: ({ fake }) => fake.listen(),
    reported: true,
  },
  {
    area: 'access',
    fault: 'each new connection reset',
    how: 'before a byte is exchanged',
    lastsMs: FAULT_LASTS,
    begin: ({ fake }) => {
      fake.resetsAll = true;
      fake.resetConnections();
    },
    end: ({ fake }) => void (fake.resetsAll = false),
    reported: true,
  },
  {
    area: 'access',
    fault: 'token rotated, its file late',
    how: 'the API server wants another token, which stands in the file at the end',
    lastsMs: FAULT_LASTS,
    begin: ({ fake }) => {
      fake.token = 'second';
      fake.resetConnections();
    },
    end: (cluster) => cluster.rotateToken('second'),
    reported: true,
  },
  {
    area: 'access',
    fault: 'token file gone',
    how: 'deleted, and written again at the end',
    lastsMs: FAULT_LASTS,
    begin: ({ fake, tokenFile }) => {
      rmSync(tokenFile);
      fake.token = 'second';
      fake.resetConnections();
    },
    end: (cluster) => cluster.rotateToken('second'),
    reported: true,
  },
  {
    area: 'access',
    fault: 'history compacted while away',
    how: 'nothing listens; what was written meanwhile is in lists alone',
    lastsMs: FAULT_LASTS,
    begin: ({ fake }) => fake.refuse(),
    end: ({ fake }) => {
      fake.state.compact();
      return fake.listen();
    },
    reported: true,
  },
];
