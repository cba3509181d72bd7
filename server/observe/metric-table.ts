/** One metric. docs/metrics.md is generated from these. */
export interface MetricDescription {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly labels: readonly string[];
  readonly help: string;
}

/**
 * Every metric of our own, by the name that the code uses; those of the process and the runtime (`process_*`,
 * `nodejs_*`) come besides. In the exposition the name has `eurek8s_` before it, and `_total` behind it for a counter.
 */
export const METRICS: readonly MetricDescription[] = [
  {
    name: 'reads',
    type: 'counter',
    labels: ['resource', 'status'],
    help: 'Reads of the Eureka API, by resource (apps, delta, app, instance, vip, svip) and by the status of the answer.',
  },
  {
    name: 'writes',
    type: 'counter',
    labels: ['kind', 'status'],
    help: 'Writes of the Eureka API, by kind (register, renew, cancel, set-status, remove-status, metadata) and by the status of the answer.',
  },
  {
    name: 'connections_cut',
    type: 'counter',
    labels: ['reason'],
    help: 'Connections ended or refused: limit (too many), malformed (not HTTP, too large or too many headers, or a body in thousands of tiny chunks), timeout (a request did not arrive in time), slow (an answer was not read in time), pipelined (more waited behind an answer than may), tls (the handshake failed; the log says why).',
  },
  {
    name: 'refused_requests',
    type: 'counter',
    labels: ['reason'],
    help: 'Requests that were refused before anything looked at them: no-credentials and wrong-credentials (401), no-right, other-application and other-vip (credentials for some applications write another one, or register a vip that is not theirs), not-loopback, other-origin (403), too-many-bodies (503: all large bodies that are received or wait for an answer have more than 64 MiB).',
  },
  {
    name: 'callers',
    type: 'counter',
    labels: ['credential', 'shown'],
    help: 'With auth.file: requests by the name of the credentials and by what they showed (known, none, wrong). Probes do not count. When nobody is left with none or wrong, auth.anonymous can be closed.',
  },
  {
    name: 'file_current',
    type: 'gauge',
    labels: ['option'],
    help: '1 when the files of an option (auth.file, listen.tls, legacy.tls) are in force as they are; alarm on 0: they changed into something that cannot be used, and the last good ones stay in force.',
  },
  {
    name: 'certificate_end_timestamp_seconds',
    type: 'gauge',
    labels: ['option'],
    help: 'When the certificate of an option (listen.tls, legacy.tls) ends, in seconds since 1970.',
  },
  { name: 'publications', type: 'counter', labels: [], help: 'Snapshots published.' },
  { name: 'changes', type: 'counter', labels: ['kind'], help: 'Changes of served entries: added, modified, deleted.' },
  {
    name: 'application_faults',
    type: 'counter',
    labels: ['stage'],
    help: 'Faults of our own that were contained, by stage: merge and derive (one application keeps its last known entries), snapshot, evict. Each is in the log.',
  },
  {
    name: 'probes',
    type: 'counter',
    labels: ['outcome'],
    help: 'Probes of load balancers (defaults.probe), by outcome: passed, not-found (404), server-error, refused, timeout, failed.',
  },
  {
    name: 'probed_publications',
    type: 'gauge',
    labels: ['source', 'state'],
    help: 'Ingresses and HTTPRoutes with ready endpoints that are probed, by state: waiting (require: DOWN until the load balancer has served the host once), unasked, failing (it did not, the last time; they stay UP), passing.',
  },
  {
    name: 'events',
    type: 'counter',
    labels: ['outcome'],
    help: 'With events.enabled: Kubernetes Events, by outcome: written, repeated (the series of one), known (another replica wrote it), gone (the object is), failed, dropped (too many waited).',
  },
  {
    name: 'legacy_polls',
    type: 'counter',
    labels: ['outcome', 'fetched'],
    help: 'Polls of the legacy registry, by outcome and by what was fetched (delta, full, none).',
  },
  {
    name: 'legacy_writes',
    type: 'counter',
    labels: ['kind', 'status'],
    help: 'Writes forwarded to the legacy registry, by kind and by its verdict.',
  },
  {
    name: 'legacy_publish_requests',
    type: 'counter',
    labels: ['kind', 'outcome'],
    help: 'With legacy.publish: requests about published entries, by kind (look, register, renew, cancel) and by what came of it (done, found, absent, failed).',
  },
  {
    name: 'legacy_published_entries',
    type: 'gauge',
    labels: [],
    help: 'With legacy.publish: synthetic entries that are registered in the legacy registry too.',
  },
  {
    name: 'legacy_unpublished_entries',
    type: 'gauge',
    labels: [],
    help: 'With legacy.publish: entries that are still to be registered in the legacy registry, or to be cancelled there: alarm when it stays above 0.',
  },
  {
    name: 'legacy_publish_failing_entries',
    type: 'gauge',
    labels: [],
    help: 'With legacy.publish: entries whose last request failed, or whose id another registration has: alarm when it stays above 0.',
  },
  {
    name: 'peer_items',
    type: 'counter',
    labels: ['kind', 'status'],
    help: 'Changes that another server replicated in batches, the legacy (legacy.peerFeed) or a peer of the embedded registry, by kind and by the status of the answer.',
  },
  {
    name: 'absorbed_instances',
    type: 'gauge',
    labels: [],
    help: 'Leases of instances with an address in overlay.cidrs that this replica keeps and the legacy registry does not get (overlay.action: absorb). Zero when no Pod has its Eureka client on.',
  },
  {
    name: 'census_callers',
    type: 'gauge',
    labels: [],
    help: 'Senders of Eureka requests that this replica remembers, by address and what they say of themselves; at most 10,000. GET /eurek8s/callers names them.',
  },
  {
    name: 'census_bytes',
    type: 'gauge',
    labels: [],
    help: 'What these senders take in memory with the names that they ask for, as counted; at most 32 MiB, 4 MiB of one address.',
  },
  {
    name: 'history_bytes',
    type: 'gauge',
    labels: [],
    help: 'About how many bytes the changes and states of the past take that are remembered (history.keep); at most 48 MiB.',
  },
  {
    name: 'legacy_loops',
    type: 'gauge',
    labels: [],
    help: 'URLs of the legacy registry that lead back to Eurek8s itself: alarm when not 0. What they list is not used.',
  },
  {
    name: 'legacy_held_instances',
    type: 'gauge',
    labels: [],
    help: 'Instances that the legacy registry no longer lists and that are still served, because their removal is held.',
  },
  {
    name: 'legacy_unlisted_instances',
    type: 'gauge',
    labels: [],
    help: 'Instances that the newest list of the legacy registry lacks and that stay as last known, because that list has fewer instances than its own hash code counts: nobody can tell whether they are gone.',
  },
  {
    name: 'held_applications',
    type: 'gauge',
    labels: ['source', 'state'],
    help: 'Applications of which something is served though the source does not list it any more, as its removal is held: undecided (let through after guards.grace: alarm when not 0) or kept (by an operator, until it is released or all is back).',
  },
  {
    name: 'registry_file_writes',
    type: 'counter',
    labels: ['outcome'],
    help: 'Writes of the registry file (snapshot.file): written, failed, foreign (another process had written it: each needs its own).',
  },
  {
    name: 'registry_file_failing',
    type: 'gauge',
    labels: [],
    help: '1 while the registry file cannot be written: alarm on it. Everything goes on, and a restart would know less.',
  },
  {
    name: 'registry_file_unusable',
    type: 'gauge',
    labels: [],
    help: '1 when the start found a registry file that it could not use: damaged, or of another format.',
  },
  { name: 'registry_file_bytes', type: 'gauge', labels: [], help: 'Size of the registry file as last written.' },
  {
    name: 'registry_file_last_write_timestamp_seconds',
    type: 'gauge',
    labels: [],
    help: 'When the registry file was last written, in seconds since 1970.',
  },
  {
    name: 'log_lines_dropped',
    type: 'counter',
    labels: [],
    help: 'Log lines that could not be written: standard output is not read, its reader is gone, or the disk is full.',
  },
  {
    name: 'ready',
    type: 'gauge',
    labels: [],
    help: '1 when reads are answered, 0 while a required source has not synced yet.',
  },
  {
    name: 'registry_version',
    type: 'gauge',
    labels: [],
    help: 'Version of the served registry, which grows with each change.',
  },
  {
    name: 'delta_instances',
    type: 'gauge',
    labels: [],
    help: 'Changed instances in the delta that every client polls.',
  },
  {
    name: 'delta_bytes',
    type: 'gauge',
    labels: [],
    help: 'Compressed bytes of the delta as it was asked for last: what every poll of every client costs.',
  },
  {
    name: 'delta_application_bytes',
    type: 'gauge',
    labels: ['app'],
    help: 'Of these, the bytes of the ten applications with the most: a flapping service is what all clients pay for.',
  },
  {
    name: 'refusals',
    type: 'gauge',
    labels: ['code'],
    help: 'Candidates that are not served, by the code of the reason; GET /eurek8s/refusals names them.',
  },
  {
    name: 'stage_applications',
    type: 'gauge',
    labels: ['stage'],
    help: 'Applications by how far they have moved: legacy-only, dual, kubernetes-only, none (refused candidates alone). Over weeks it is the progress of the migration.',
  },
  {
    name: 'scheduled_applications',
    type: 'gauge',
    labels: ['state'],
    help: 'Applications whose traffic follows a schedule: waiting for its start, moving (a step is to come), at the last step.',
  },
  {
    name: 'schedule_next_step_seconds',
    type: 'gauge',
    labels: [],
    help: 'Seconds until the next step of any traffic schedule; +Inf when none is to come, 0 when one is overdue.',
  },
  { name: 'registry_applications', type: 'gauge', labels: [], help: 'Applications with at least one served instance.' },
  {
    name: 'registry_instances',
    type: 'gauge',
    labels: ['status'],
    help: 'Served instances, by status, without copies: these come and go with a share, and no instance does.',
  },
  {
    name: 'registry_copies',
    type: 'gauge',
    labels: ['status'],
    help: 'Served copies of registered instances, by status.',
  },
  {
    name: 'source_state',
    type: 'gauge',
    labels: ['source', 'state'],
    help: '1 for the state a source is in (starting, synced, stale), 0 for the others.',
  },
  {
    name: 'source_restored',
    type: 'gauge',
    labels: ['source'],
    help: '1 while what is served of a source was restored from the registry file and not confirmed by its upstream yet.',
  },
  {
    name: 'source_last_success_timestamp_seconds',
    type: 'gauge',
    labels: ['source'],
    help: 'When the source last had a successful exchange with its upstream, in seconds since 1970; absent before the first.',
  },
];
