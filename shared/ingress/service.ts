import { refused, type RefusalCause } from '../contribution/refusal.ts';
import { ok, type Result } from '../result.ts';
import type { ObjectView } from './cluster-objects.ts';
import type { StrippedService } from './stripped.ts';
import { versionRefusal } from './unread-version.ts';

/** The Service behind an entry, whose endpoints tell whether it is up. The error is a refusal. */
export function findService(
  namespace: string,
  name: string,
  objects: ObjectView,
): Result<StrippedService, RefusalCause> {
  const service = objects.service(namespace, name);
  if (service === undefined || service.meta.deleting)
    return refused(
      'service-not-found',
      service === undefined
        ? `Service ${name} is not in namespace ${namespace}: create it or correct the backend`
        : `Service ${name} is being deleted: create it anew or correct the backend`,
    );
  if (service.meta.unreadVersion !== undefined) return { ok: false, error: versionRefusal(service) };
  if (service.type === 'ExternalName')
    return refused(
      'external-name-service',
      `Service ${name} is an ExternalName: it has no endpoints that would tell whether it is up; use one with endpoints`,
    );
  return ok(service);
}
