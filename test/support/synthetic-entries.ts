import type { InstanceRecord } from '../../shared/model/instance.ts';
import { SOURCE_MARKER } from '../../shared/model/names.ts';
import { instance } from './instances.ts';

/** A synthetic entry as a snapshot has it. */
export function syntheticEntry(app: string, index: number, changes: Partial<InstanceRecord> = {}): InstanceRecord {
  const name = app.toLowerCase();
  return instance(app, `eurek8s:main:shop:${name}:${name}.k8s.example.com:${index}`, {
    hostName: `${name}.k8s.example.com`,
    metadata: new Map([
      ['zone', 'dc1'],
      [SOURCE_MARKER, `main/shop/${name}`],
    ]),
    ...changes,
  });
}
