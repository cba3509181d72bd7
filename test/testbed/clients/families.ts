import type { BuiltClients } from './build.ts';
import type { Family } from './client.ts';
import { driverFamilies } from './driver-families.ts';
import { javaFamilies } from './java-families.ts';

/** The clients of the table, in its order. */
export function clientFamilies(built: BuiltClients): readonly Family[] {
  return [...javaFamilies, ...driverFamilies(built)];
}
