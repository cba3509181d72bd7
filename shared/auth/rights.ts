import type { AppName } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';

/**
 * `read`: to look at anything. `register`: the writes of the Eureka protocol. `operate`: whatever else changes something.
 */
export const RIGHTS = ['read', 'register', 'operate'] as const;
export type Right = (typeof RIGHTS)[number];

/** What somebody may do. */
export interface Grant {
  readonly rights: ReadonlySet<Right>;
  /** Whose registrations the right `register` covers; undefined: everybody's. */
  readonly applications: ReadonlySet<AppName> | undefined;
}

export function right(text: string): Result<Right, string> {
  const found = RIGHTS.find((each) => each === text);
  return found === undefined ? err(`"${text}" is none of ${RIGHTS.join(', ')}`) : ok(found);
}

/** Whose registrations somebody with all these grants may write; `undefined`: everybody's. */
export function writableApplications(grants: readonly Grant[]): ReadonlySet<AppName> | undefined {
  const all = new Set<AppName>();
  for (const { rights, applications } of grants) {
    if (!rights.has('register')) continue;
    if (applications === undefined) return undefined;
    for (const app of applications) all.add(app);
  }
  return all;
}
