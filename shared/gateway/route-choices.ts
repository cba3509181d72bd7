import type { RefusalCause, RefusalCode } from '../contribution/refusal.ts';
import type { ParsedAnnotations } from '../ingress/annotations.ts';
import type { Choices } from '../ingress/choices.ts';
import type { ObjectView } from '../ingress/cluster-objects.ts';
import { objectKey } from '../ingress/object-key.ts';
import type { DerivationRules } from '../ingress/rules.ts';
import type { StrippedHttpRoute } from '../ingress/stripped-gateway.ts';
import { ok, type Result } from '../result.ts';
import { attachTo, type Attachment } from './attachment.ts';
import { backendTargets } from './route-backends.ts';
import { chooseRouteEndpoint, usedListeners } from './route-endpoint.ts';
import { chooseRouteHost } from './route-host.ts';
import { whyHostTaken } from './route-rivals.ts';
import { chooseRule } from './route-rule.ts';

/** Whether the class of one of its Gateways is selected. A Gateway that is not there has none, and decides nothing. */
export function whyGatewayClassNotAllowed(
  route: StrippedHttpRoute,
  objects: ObjectView,
  { selection }: DerivationRules,
): RefusalCause | undefined {
  const allowed = selection.gatewayClasses;
  const classes = classesOf(route, objects);
  if (allowed.length === 0 || classes.length === 0 || classes.some((name) => allowed.includes(name))) return undefined;
  const has = `gateway class ${[...new Set(classes)].join(', ')} is not allowed`;
  return { code: 'class-not-allowed', reason: `${has}: selection.gatewayClasses allows ${allowed.join(', ')}` };
}

function classesOf({ parents }: StrippedHttpRoute, objects: ObjectView): readonly string[] {
  return parents.flatMap(({ gateway }) =>
    gateway === undefined ? [] : (objects.gateway(gateway.namespace, gateway.name)?.className ?? []),
  );
}

/** A route of a mesh, whose parents are Services, is no way in from outside. Other kinds of parents are not read. */
export function whyRouteExcluded({ parents }: StrippedHttpRoute): RefusalCause | undefined {
  if (parents.some(({ gateway }) => gateway !== undefined)) return undefined;
  return {
    code: 'no-gateway',
    reason: 'parentRefs names no Gateway: routes of a mesh, and of parents of other kinds, are not published',
  };
}

/** What an HTTPRoute says of its entry. */
export function chooseForRoute(
  route: StrippedHttpRoute,
  annotations: ParsedAnnotations,
  objects: ObjectView,
  rules: DerivationRules,
): Result<Choices, RefusalCause> {
  const attachments = attach(route, objects, rules);
  if (!attachments.ok) return attachments;
  const host = chooseRouteHost(attachments.value, annotations.host);
  if (!host.ok) return host;
  const { serving, closer } = host.value;
  const chosen = chooseRule(route, annotations.path);
  if (!chosen.ok) return chosen;
  const backends = backendTargets(route, chosen.value.rule, objects);
  if (!backends.ok) return backends;
  const endpoint = chooseRouteEndpoint(
    serving.map(({ listener }) => listener),
    annotations,
  );
  const served = {
    host: host.value.host,
    path: chosen.value.path,
    attachments: usedListeners(serving, endpoint),
    closer,
    services: backends.value.targets.map(({ service }) => objectKey(service)),
  };
  const taken = whyHostTaken(route, served, objects);
  if (taken !== undefined) return { ok: false, error: taken };
  const { gateway, verdict } = serving[0];
  return ok({
    host: host.value.host,
    targets: backends.value.targets,
    endpoint,
    pending: verdict.kind === 'pending',
    address: { on: 'HTTPRoute', configured: rules.addresses.get(gateway.className), loadBalancer: gateway.addresses },
    notices: [
      ...stateNotices(serving[0], objects),
      ...served.attachments.flatMap(listenerNotices),
      ...host.value.notices,
      ...chosen.value.notices,
      ...backends.value.notices,
    ],
  });
}

/** Where the route is attached: to parents that accepted it, or else to those that have not decided yet. */
function attach(
  route: StrippedHttpRoute,
  objects: ObjectView,
  { selection }: DerivationRules,
): Result<readonly Attachment[], RefusalCause> {
  const allowed = selection.gatewayClasses;
  const attachments: Attachment[] = [];
  const failures: RefusalCause[] = [];
  for (const parent of route.parents) {
    const attached = attachTo(route, parent, objects);
    if (!attached.ok) failures.push(attached.error);
    else
      attachments.push(
        ...attached.value.filter(({ gateway }) => allowed.length === 0 || allowed.includes(gateway.className)),
      );
  }
  const accepted = attachments.filter(({ verdict }) => verdict.kind === 'accepted');
  if (accepted.length > 0) return ok(accepted);
  if (attachments.length > 0) return ok(attachments);
  const code = NEAREST.find((each) => failures.some((failure) => failure.code === each)) ?? 'gateway-not-found';
  const reasons = failures.filter((failure) => failure.code === code).map(({ reason }) => reason);
  return { ok: false, error: { code, reason: [...new Set(reasons)].join('; ') } };
}

/** Of several parents that fail, the one that came nearest tells what to mend. */
const NEAREST: readonly RefusalCode[] = ['not-accepted', 'no-listener', 'api-version', 'gateway-not-found'];

/** What its controller has said or not said. None of it keeps an entry back. */
function stateNotices({ gateway, verdict }: Attachment, objects: ObjectView): readonly string[] {
  const name = objectKey(gateway);
  const gatewayClass = objects.gatewayClass(gateway.className);
  return [
    ...(verdict.kind === 'pending'
      ? [`Gateway ${name} has not accepted it yet (no condition Accepted in its status)`]
      : []),
    ...(verdict.kind === 'accepted' && verdict.complaint !== undefined
      ? [`Gateway ${name}: ${verdict.complaint}`]
      : []),
    ...gateway.complaints.map((complaint) => `Gateway ${name}: ${complaint}`),
    ...(gatewayClass?.complaints ?? []).map((complaint) => `GatewayClass ${gateway.className}: ${complaint}`),
  ];
}

/** A listener that is not programmed, for want of its certificate or another reason, answers no calls. */
function listenerNotices({ gateway, listener }: Attachment): readonly string[] {
  return listener.complaints.map(
    (complaint) => `listener ${listener.name} of Gateway ${objectKey(gateway)}: ${complaint}`,
  );
}
