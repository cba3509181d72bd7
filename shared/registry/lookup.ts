import { foundByVips, type InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import { findInstance, type MergedApplication } from './application.ts';
import { application, type RegistrySnapshot } from './snapshot.ts';

/** An application with served instances. One without any is never sent, because some clients throw on it. */
export function servedApplication(snapshot: RegistrySnapshot, name: string): MergedApplication | undefined {
  const found = application(snapshot, name);
  return found !== undefined && found.served.length > 0 ? found : undefined;
}

/** `GET apps/{app}/{id}`: a served or hidden instance. The id is case-sensitive. */
export function instanceOf(snapshot: RegistrySnapshot, app: string, id: string): InstanceRecord | undefined {
  const found = application(snapshot, app);
  return found === undefined ? undefined : findInstance(found, id);
}

/** `GET instances/{id}`: the instance of the first application, by name, that has the id. */
export function instanceById(snapshot: RegistrySnapshot, id: string): InstanceRecord | undefined {
  const name = snapshot.ids.get(id)?.[0];
  return name === undefined ? undefined : instanceOf(snapshot, name, id);
}

export type VipKind = 'vip' | 'svip';

/**
 * The applications with an instance whose vip or secure vip address has this element. Case-sensitive, as in stock
 * servers.
 */
function applicationsOfVip(snapshot: RegistrySnapshot, kind: VipKind, vip: string): readonly MergedApplication[] {
  const names = (kind === 'vip' ? snapshot.vips : snapshot.secureVips).get(vip)?.names ?? [];
  return names.flatMap((name) => application(snapshot, name) ?? []);
}

/** The instances with the vip, by application. */
export function instancesByVip(
  snapshot: RegistrySnapshot,
  kind: VipKind,
  vip: string,
): readonly { readonly name: AppName; readonly instances: readonly InstanceRecord[] }[] {
  return applicationsOfVip(snapshot, kind, vip).flatMap(({ name, served }) => {
    const instances = served.filter((record) =>
      foundByVips(kind === 'vip' ? record.vipAddress : record.secureVipAddress).includes(vip),
    );
    return instances.length === 0 ? [] : [{ name, instances }];
  });
}

/** The lists that `instancesByVip` depends on: its result is the same as long as these are the same objects. */
export function listsOfVip(
  snapshot: RegistrySnapshot,
  kind: VipKind,
  vip: string,
): readonly (readonly InstanceRecord[])[] {
  return applicationsOfVip(snapshot, kind, vip).map(({ served }) => served);
}
