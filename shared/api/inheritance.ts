import type { MergedApplication } from '../registry/application.ts';
import { DEFAULT_ZONE } from '../registry/synthesize.ts';
import type { TwinTemplate } from '../registry/template.ts';
import { counted, time } from '../text/printable.ts';

/**
 * What the entries from Kubernetes inherit of registered instances, wherever annotations say nothing. Replicas that ran
 * at other times may know of other instances, so it is here that they can be compared.
 */
export interface ExplainedInheritance {
  /** `registered`: from instances that are there. `kept`: from those that were. `nothing`: none was ever seen here. */
  readonly from: 'registered' | 'kept' | 'nothing';
  /** How many there are. */
  readonly instances: number;
  /** RFC 3339. Since when the last of them is gone; absent while there are any. */
  readonly goneSince: string | undefined;
  /** Absent: the default holds, and so below. */
  readonly vip: string | undefined;
  readonly secureVip: string | undefined;
  readonly zones: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Keys of the metadata that are left out, because the instances do not agree on them, or did not when there were more. */
  readonly disputed: readonly string[];
  readonly homePath: string | undefined;
  readonly statusPath: string | undefined;
  readonly healthPath: string | undefined;
  /** For people. */
  readonly text: string;
}

/** `undefined` where nothing inherits and nothing is kept for later. */
export function explainInheritance({
  name,
  served,
  origins,
  hidden,
  template,
  dial,
}: MergedApplication): ExplainedInheritance | undefined {
  if (dial === undefined && template?.goneSince === undefined) return undefined;
  const registered =
    served.filter(({ id }) => origins.get(id)?.kind === 'registration').length +
    hidden.filter(({ code }) => code !== 'overlay').length;
  const from = template === undefined ? 'nothing' : template.goneSince === undefined ? 'registered' : 'kept';
  const goneSince = template?.goneSince === undefined ? undefined : time(template.goneSince);
  return {
    from,
    instances: registered,
    goneSince,
    vip: template?.vipAddress,
    secureVip: template?.secureVipAddress,
    zones: [...(template?.zones.keys() ?? [])].toSorted(),
    metadata: Object.fromEntries(template?.metadata ?? []),
    disputed: template?.disputed ?? [],
    homePath: template?.homePagePath,
    statusPath: template?.statusPagePath,
    healthPath: template?.healthCheckPath,
    text: textOf(name.toLowerCase(), template, registered, goneSince),
  };
}

function textOf(
  defaultVip: string,
  template: TwinTemplate | undefined,
  registered: number,
  goneSince: string | undefined,
): string {
  if (template === undefined)
    return (
      `nothing is inherited, as this replica never saw an instance registered: vip ${defaultVip}, zone ${DEFAULT_ZONE}, ` +
      'unless annotations say otherwise; a replica that saw one has other values until they do'
    );
  const { vipAddress, zones, metadata, disputed } = template;
  const what = [
    `vip ${vipAddress ?? defaultVip}`,
    `zone ${[...zones.keys()]
      .toSorted()
      .map((zone) => (zone === '' ? DEFAULT_ZONE : zone))
      .join(' ')}`,
    ...(metadata.size === 0 ? [] : [counted(metadata.size, 'entry of the metadata', 'entries of the metadata')]),
  ].join(', ');
  const left = disputed.length === 0 ? '' : `; not agreed on, so left out: ${disputed.join(' ')}`;
  return goneSince === undefined
    ? `inherited from ${counted(registered, 'registered instance')}: ${what}${left}`
    : `inherited from instances that are gone since ${goneSince}, and kept: ${what}${left}`;
}
