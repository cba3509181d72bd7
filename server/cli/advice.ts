import type { Config } from '../../shared/config/config.ts';
import type { Finding } from './finding.ts';

/** Notes on what a valid configuration leaves out or risks, perhaps without intent. */
export function advice({ legacy, leases, clusters, manifests, readOnly }: Config): readonly Finding[] {
  const notes: Finding[] = [];
  const note = (subject: string, text: string): void => void notes.push({ verdict: 'note', subject, text });
  const others = [...clusters, ...manifests];
  if (legacy.urls.length === 0 && !leases.enabled)
    note(
      'legacy',
      'none is given (legacy.urls): callers see only what Kubernetes has, and registrations are answered 503',
    );
  if (others.length === 0)
    note('clusters', 'none is given, and no manifests either: nothing of Kubernetes is published');
  if (legacy.publish)
    note(
      'legacy.publish',
      'every process with it renews all entries at the legacy, which can hide lost heartbeats of others from its self-preservation: publish from one or two; when it is switched off, leases are left to run out',
    );
  if (leases.enabled && readOnly)
    note('readOnly', 'true with leases.enabled: nobody can register, so the registry of our own stays empty');
  return notes;
}
