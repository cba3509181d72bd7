import { residentBytes } from './cpu.ts';
import type { Lineup } from './lineup.ts';
import { figure, memoryMb } from './report/numbers.ts';
import type { Table } from './section.ts';

/** What a server has in memory once it was registered at and read from. */
export interface Resident {
  readonly size: string;
  readonly server: string;
  readonly bytes: number;
}

export function residentOf({ size, subjects }: Lineup): readonly Resident[] {
  return subjects.map(({ name, pid }) => ({ size: size.name, server: name, bytes: residentBytes(pid) }));
}

/** Servers are rows, registries are columns. */
export function memoryTable(all: readonly Resident[]): Table {
  const sizes = [...new Set(all.map(({ size }) => size))];
  const servers = [...new Set(all.map(({ server }) => server))];
  const cell = (server: string, size: string): string => {
    const found = all.find((each) => each.server === server && each.size === size);
    return found === undefined ? '—' : figure(memoryMb(found.bytes));
  };
  return {
    title: 'Resident memory after all that, MB',
    columns: ['server', ...sizes.map((size) => `${size} instances`)],
    rows: servers.map((server) => [server, ...sizes.map((size) => cell(server, size))]),
  };
}
