import type { Config } from '../../shared/config/config.ts';
import type { Finding } from './finding.ts';

interface Gap {
  readonly subject: string;
  readonly applies: (config: Config) => boolean;
  readonly text: string;
}

const fromKubernetes = ({ clusters, manifests }: Config): boolean => clusters.length + manifests.length > 0;
const registers = ({ legacy, leases }: Config): boolean => legacy.urls.length > 0 || leases.enabled;

/** What is allowed, and yet mostly forgotten. */
const GAPS: readonly Gap[] = [
  {
    subject: 'legacy',
    applies: (config) => !registers(config),
    text: 'no legacy.urls: registered instances are not served, and every registration is answered 503 (leases.enabled keeps a registry of our own)',
  },
  {
    subject: 'clusters',
    applies: (config) => !fromKubernetes(config),
    text: 'neither clusters nor manifests: nothing of Kubernetes is served',
  },
  {
    subject: 'legacy.required',
    applies: ({ legacy }) => legacy.urls.length > 0 && !legacy.required,
    text: 'false: a server that starts while the legacy is away answers without it, and callers drop all registered instances',
  },
  {
    subject: 'applications',
    applies: (config) =>
      config.clusters.length > 0 &&
      registers(config) &&
      config.selection.namespaces.length !== 1 &&
      ![...config.applications.values()].some(({ namespaces }) => namespaces.length > 0),
    text: 'no application has namespaces: whoever may annotate an Ingress can claim any name, also one that is registered',
  },
  {
    subject: 'readOnly',
    applies: (config) => config.readOnly && config.leases.enabled,
    text: 'true with leases.enabled: nobody can register, so the registry stays empty',
  },
];

export function checkGaps(config: Config): readonly Finding[] {
  return GAPS.filter(({ applies }) => applies(config)).map(({ subject, text }) => ({ verdict: 'note', subject, text }));
}
