import type { RefusalCause } from '../contribution/refusal.ts';
import { API_VERSIONS } from './api-versions.ts';
import type { ObjectKind, StrippedObject } from './stripped.ts';

/** What changed between the versions, for those kinds where `apiVersion` alone is not enough. */
const FURTHER: Partial<Readonly<Record<ObjectKind, string>>> = {
  Ingress:
    ', with backend.service.name and backend.service.port in place of serviceName and servicePort, and a pathType on each path',
};

/** Why an object of a version that is not served any more is not guessed at: its fields mean something else. */
export function versionRefusal({ kind, meta }: StrippedObject): RefusalCause {
  const instead = `write apiVersion: ${API_VERSIONS[kind]}${FURTHER[kind] ?? ''}`;
  return {
    code: 'api-version',
    reason: `${kind} ${meta.name} is written as ${meta.unreadVersion ?? ''}, which no API server serves any more: ${instead}`,
  };
}
