import assert from 'node:assert/strict';
import { decodeRegistration, type RegistrationRefusal } from '../../../shared/codec/registration.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import { appName } from '../../../shared/model/names.ts';
import type { Result } from '../../../shared/result.ts';
import { oneLine } from '../../../server/http/reply.ts';
import { target, type NamedTarget, type Verdict } from '../engine/target.ts';
import { INSTANCES_JSON, INSTANCES_XML, REGISTRATIONS_JSON, REGISTRATIONS_XML } from '../input/captures.ts';
import { mutatedJson } from '../input/json-mutation.ts';
import { INSTANCE_WORDS } from '../input/words.ts';
import { mutatedXml } from '../input/xml-mutation.ts';
import { checkReadBack } from '../oracle/same-record.ts';
import { checkHeader } from '../oracle/reason.ts';

type Decoded = Result<InstanceRecord, RegistrationRefusal>;

const NOW = 1_795_000_000_000;
/** The texts that stock servers give. Nothing of the request but the two names is in them. */
const BODIES =
  /^(?:|\{"error": "cannot parse request body"\}|<error><message>cannot parse request body<\/message><\/error>|Missing [a-zA-Z ]+|Mismatched appName, expecting [^]* but was [^]*|(?:instanceId|app|hostName|ipAddr) (?:is longer than \d+ characters|has half of a surrogate pair))$/;

/** Registered below the name that it states, or else below another. */
function pathOf(input: string): string {
  return /"app"\s*:\s*"([^"]*)"|<app>([^<]*)</.exec(input)?.slice(1).find(Boolean) ?? 'ORDERS';
}

function judge(_input: string, decoded: Decoded): Verdict {
  if (decoded.ok) {
    checkReadBack(decoded.value);
    return 'accepted';
  }
  const { status, body, reason } = decoded.error;
  assert.equal(status, 400);
  assert.match(body, BODIES);
  checkHeader(oneLine(reason));
  return 'refused';
}

export const REGISTRATIONS: readonly NamedTarget[] = [
  target('registration-json', 'bodies of POST apps/{app} in JSON', () => ({
    generate: (random) =>
      mutatedJson(random.pick(random.chance(0.8) ? REGISTRATIONS_JSON : INSTANCES_JSON), random, INSTANCE_WORDS),
    read: (input) => decodeRegistration(appName(pathOf(input)), 'application/json', input, NOW),
    judge,
  })),
  target('registration-xml', 'bodies of POST apps/{app} in XML', () => ({
    generate: (random) => mutatedXml(random.pick([...REGISTRATIONS_XML, ...INSTANCES_XML]), random, INSTANCE_WORDS),
    read: (input) => decodeRegistration(appName(pathOf(input)), 'application/xml', input, NOW),
    judge,
  })),
];
