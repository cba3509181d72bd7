import { vipElements, type InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import { findInstance, type MergedApplication } from './application.ts';
import { application, type RegistrySnapshot } from './snapshot.ts';

/** Served applications only: an application without instances is never emitted (some clients throw on one). */
export function servedApplication(snapshot: RegistrySnapshot, name: string): MergedApplication | undefined {
  const found = application(snapshot, name);
  return found !== undefined && found.served.length > 0 ? found : undefined;
}

/** `GET apps/{app}/{id}`: hidden instances included. The id is compared case-sensitively. */
export function instanceOf(snapshot: RegistrySnapshot, app: string, id: string): InstanceRecord | undefined {
  const found = application(snapshot, app);
  return found === undefined ? undefined : findInstance(found, id);
}

/** `GET instances/{id}`: the first application by name that holds the id. */
export function instanceById(snapshot: RegistrySnapshot, id: string): InstanceRecord | undefined {
  const name = snapshot.ids.get(id)?.[0];
  return name === undefined ? undefined : instanceOf(snapshot, name, id);
}

export type VipKind = 'vip' | 'svip';

/** Applications with an instance that has this element in its vip (secure vip) address, exact and case-sensitive, as stock. */
function applicationsOfVip(snapshot: RegistrySnapshot, kind: VipKind, vip: string): readonly MergedApplication[] {
  const names = (kind === 'vip' ? snapshot.vips : snapshot.secureVips).get(vip) ?? [];
  return names.flatMap((name) => application(snapshot, name) ?? []);
}

/** The instances that have the vip, by application. */
export function instancesByVip(
  snapshot: RegistrySnapshot,
  kind: VipKind,
  vip: string,
): readonly { readonly name: AppName; readonly instances: readonly InstanceRecord[] }[] {
  return applicationsOfVip(snapshot, kind, vip).flatMap(({ name, served }) => {
    const instances = served.filter((record) =>
      vipElements(kind === 'vip' ? record.vipAddress : record.secureVipAddress).includes(vip),
    );
    return instances.length === 0 ? [] : [{ name, instances }];
  });
}

/** All that `instancesByVip` depends on: as long as these are the same objects, so is its result. */
export function listsOfVip(
  snapshot: RegistrySnapshot,
  kind: VipKind,
  vip: string,
): readonly (readonly InstanceRecord[])[] {
  return applicationsOfVip(snapshot, kind, vip).map(({ served }) => served);
}
