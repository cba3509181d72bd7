import type { RefusalCause } from '../contribution/refusal.ts';
import { API_VERSIONS } from './api-versions.ts';
import type { ObjectKind, StrippedObject } from './stripped.ts';

/** What changed between the versions of a kind, where `apiVersion` alone does not suffice. */
const FURTHER: Partial<Readonly<Record<ObjectKind, string>>> = {
  Ingress:
    ', with backend.service.name and backend.service.port in place of serviceName and servicePort, and a pathType on each path',
};

/**
 * The refusal of an object whose version is no longer served. Its fields have another meaning, so they are not guessed.
 */
export function versionRefusal({ kind, meta }: StrippedObject): RefusalCause {
  const instead = `write apiVersion: ${API_VERSIONS[kind]}${FURTHER[kind] ?? ''}`;
  return {
    code: 'api-version',
    reason: `${kind} ${meta.name} is written as ${meta.unreadVersion ?? ''}, which no API server serves any more: ${instead}`,
  };
}
