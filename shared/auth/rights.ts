import { vipElements, type InstanceRecord } from '../model/instance.ts';
import { appName, vipName, type AppName } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';

/** `read`: every read. `register`: the writes of the Eureka protocol. `operate`: every other change. */
export const RIGHTS = ['read', 'register', 'operate'] as const;
export type Right = (typeof RIGHTS)[number];

/** In `vips` of a credential: every vip address. */
const ANY_VIP = '*';

/** The rights that a credential gives. */
export interface Grant {
  readonly rights: ReadonlySet<Right>;
  /** The applications that the right `register` covers; `undefined`: all of them. */
  readonly applications: ReadonlySet<AppName> | undefined;
  /** Vip addresses, in upper case, that instances of `applications` may have besides the names of these. */
  readonly vips: ReadonlySet<string>;
}

/** What a sender may write. */
export interface WriterScope {
  readonly applications: ReadonlySet<AppName>;
  /** In upper case. */
  readonly vips: ReadonlySet<string>;
}

export function right(text: string): Result<Right, string> {
  const found = RIGHTS.find((each) => each === text);
  return found === undefined ? err(`"${text}" is none of ${RIGHTS.join(', ')}`) : ok(found);
}

/** What a sender with all these grants may write; `undefined`: everything. */
export function writerScope(grants: readonly Grant[]): WriterScope | undefined {
  // Nothing is made for those who may write everything, as it is asked with every heartbeat.
  for (const { rights, applications } of grants)
    if (applications === undefined && rights.has('register')) return undefined;
  const scope = { applications: new Set<AppName>(), vips: new Set<string>() };
  for (const { rights, applications = [], vips } of grants) {
    if (!rights.has('register')) continue;
    for (const app of applications) scope.applications.add(app);
    for (const vip of vips) scope.vips.add(vip);
  }
  return scope;
}

/**
 * The first vip address of an instance that the sender may not claim. Callers find instances by their vip, whatever the
 * application: without this bound, an instance of one's own application would get the calls for another one. Case does
 * not count, because stock clients compare in upper case.
 */
export function foreignVip({ applications, vips }: WriterScope, instance: InstanceRecord): string | undefined {
  return [instance.vipAddress, instance.secureVipAddress].flatMap(vipElements).find((element) => {
    const vip = vipName(element);
    return vip !== '' && !applications.has(appName(vip)) && !vips.has(vip) && !vips.has(ANY_VIP);
  });
}
