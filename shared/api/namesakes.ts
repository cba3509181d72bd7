import type { AppName } from '../model/names.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';

/** Namesakes of one application that are told of. */
const MAX_NAMESAKES = 5;

/** An Ingress or HTTPRoute that is called like an application, and is of another one. */
export interface Namesake {
  /** `cluster/namespace/ingress`. */
  readonly object: string;
  readonly app: AppName;
}

/**
 * People look for a service under the name of its object. Where an annotation or a label gives it another name, they
 * find nothing, and nothing says why: so what is called like the application is looked for among the others.
 */
export function namesakes(
  { applications }: Pick<RegistrySnapshot, 'applications'>,
  name: AppName,
): readonly Namesake[] {
  const found = new Map<string, Namesake>();
  const look = (object: string, app: AppName): void => {
    if (object.slice(object.lastIndexOf('/') + 1).toUpperCase() === name) found.set(object, { object, app });
  };
  for (const { name: app, origins, refusals } of applications) {
    if (app === name) continue;
    for (const origin of origins.values()) if (origin.kind === 'ingress') look(origin.object, app);
    // A registration is named `source/id`.
    for (const { object } of refusals) if (object.split('/').length > 2) look(object, app);
    if (found.size >= MAX_NAMESAKES) break;
  }
  return [...found.values()].slice(0, MAX_NAMESAKES);
}

export function namesakeText({ object, app }: Namesake): string {
  return `${object} is called like it, and is ${app}, by eurek8s.io/app or by its label app.kubernetes.io/name or app`;
}
