import type { AppName } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';

/** `read`: every read. `register`: the writes of the Eureka protocol. `operate`: every other change. */
export const RIGHTS = ['read', 'register', 'operate'] as const;
export type Right = (typeof RIGHTS)[number];

/** The rights that a credential gives. */
export interface Grant {
  readonly rights: ReadonlySet<Right>;
  /** The applications that the right `register` covers; `undefined`: all of them. */
  readonly applications: ReadonlySet<AppName> | undefined;
}

export function right(text: string): Result<Right, string> {
  const found = RIGHTS.find((each) => each === text);
  return found === undefined ? err(`"${text}" is none of ${RIGHTS.join(', ')}`) : ok(found);
}

/** The applications that a sender with all these grants may write; `undefined`: all of them. */
export function writableApplications(grants: readonly Grant[]): ReadonlySet<AppName> | undefined {
  const all = new Set<AppName>();
  for (const { rights, applications } of grants) {
    if (!rights.has('register')) continue;
    if (applications === undefined) return undefined;
    for (const app of applications) all.add(app);
  }
  return all;
}
