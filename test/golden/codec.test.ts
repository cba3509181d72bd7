import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeInstanceJson } from '../../shared/codec/json-decode.ts';
import {
  documentFrameJson,
  encodeApplicationDocumentJson,
  encodeApplicationJson,
  encodeInstanceDocumentJson,
} from '../../shared/codec/json-encode.ts';
import type { DocumentFrame } from '../../shared/codec/frame.ts';
import { decodeRegistration } from '../../shared/codec/registration.ts';
import { decodeApplicationsJson } from '../../shared/codec/json-applications.ts';
import { decodeApplicationsXml } from '../../shared/codec/xml-applications.ts';
import { decodeInstanceXml } from '../../shared/codec/xml-decode.ts';
import {
  documentFrameXml,
  encodeApplicationDocumentXml,
  encodeApplicationXml,
  encodeInstanceDocumentXml,
} from '../../shared/codec/xml-encode.ts';
import type { Detail } from '../../shared/model/fields.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { appName } from '../../shared/model/names.ts';
import { countStatuses, hashCode } from '../../shared/registry/hashcode.ts';
import type { Result } from '../../shared/result.ts';
import { decodeInParts, type DecodedApplications } from '../support/decode-applications.ts';
import { decodeApplicationJson, decodeApplicationXml } from '../support/single-application.ts';

interface Read {
  readonly name: string;
  readonly eurekaAccept: string | null;
  readonly body: string;
}

interface Registration {
  readonly name: string;
  readonly path: string;
  readonly contentType: string | null;
  readonly request: string;
  readonly status: number;
  readonly answerType: string | null;
  readonly answer: string;
  readonly readback: string | null;
}

const NOW = 1_795_000_000_000;
const GENERATIONS = ['hoxton', 'current'] as const;

function captures(kind: 'read', generation: string): readonly Read[];
function captures(kind: 'register', generation: string): readonly Registration[];
function captures(kind: string, generation: string): readonly unknown[] {
  const text = readFileSync(new URL(`captures/${kind}-${generation}.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

function unwrap<T>(result: Result<T, unknown>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function assemble(frame: DocumentFrame, pieces: readonly string[]): string {
  return frame.head + pieces.join(frame.separator) + frame.tail;
}

async function decodeList(body: string): Promise<DecodedApplications> {
  const decode = body.startsWith('{') ? decodeApplicationsJson : decodeApplicationsXml;
  const decoded = unwrap(await decodeInParts([body], NOW, decode));
  assert.deepEqual(decoded.skipped, []);
  return decoded;
}

/** Decodes a captured answer and writes it again in the same format. */
async function again(body: string, detail: Detail): Promise<string> {
  const root = /^[{"<]+([a-z]+)/.exec(body)?.[1] ?? '';
  const json = body.startsWith('{');
  switch (root) {
    case 'applications': {
      const decoded = await decodeList(body);
      const frame = (json ? documentFrameJson : documentFrameXml)(
        detail,
        decoded.versionsDelta ?? '',
        decoded.hashCode ?? '',
      );
      const encode = json ? encodeApplicationJson : encodeApplicationXml;
      return assemble(
        frame,
        decoded.applications.map(({ name, instances }) => encode(name, instances, detail)),
      );
    }
    case 'application': {
      const { name, instances, skipped } = unwrap(
        json ? decodeApplicationJson(body, NOW) : await decodeApplicationXml(body, NOW),
      );
      assert.deepEqual(skipped, []);
      return (json ? encodeApplicationDocumentJson : encodeApplicationDocumentXml)(name, instances, detail);
    }
    case 'instance':
      return json
        ? encodeInstanceDocumentJson(unwrap(decodeInstanceJson(body, NOW)))
        : encodeInstanceDocumentXml(unwrap(decodeInstanceXml(body, NOW)));
    default:
      throw new Error(`unknown root ${root}`);
  }
}

/** Of the current generation only, on compact documents only: known to no older decoder, so we never write it. */
const NEW_FLAG =
  /"registeredApplicationsEmpty":(true|false),|<registeredApplicationsEmpty>(true|false)<\/registeredApplicationsEmpty>/;

for (const generation of GENERATIONS) {
  for (const { name, eurekaAccept, body } of captures('read', generation)) {
    test(`${generation}: ${name} is written again as it was read`, async () => {
      // Stock ignores compact where it answers a single instance.
      const detail = eurekaAccept === 'compact' && !body.includes('lastDirtyTimestamp') ? 'compact' : 'full';
      // Stock escapes astral characters in some JSON answers and in others not.
      const expected = body.replaceAll(
        /\\u[dD][89abAB]..\\u[dD][c-fC-F]../g,
        (pair) => JSON.parse(`"${pair}"`) as string,
      );
      assert.equal(await again(body, detail), expected.replace(NEW_FLAG, ''));
    });
  }

  test(`${generation}: lists have the hash code that we compute for their instances`, async () => {
    // A delta states the hash code of the whole registry, and an answer of one application states none.
    const lists = captures('read', generation).filter(
      ({ name, body }) => !name.includes('delta') && body.includes('apps__hashcode'),
    );
    assert.ok(lists.length > 5);
    for (const { name, body } of lists) {
      const { applications, hashCode: stated } = await decodeList(body);
      assert.equal(hashCode(countStatuses(applications.flatMap(({ instances }) => instances))), stated, name);
    }
  });

  for (const capture of captures('register', generation)) {
    test(`${generation}: registration ${capture.name} is decided as stock does`, () => {
      const app = appName(capture.path.slice('/eureka/apps/'.length));
      const decided = decodeRegistration(app, capture.contentType ?? undefined, capture.request, NOW);
      if (capture.readback === null) {
        assert.ok(!decided.ok);
        assert.equal(decided.error.status, capture.status);
        // Our 415 has no body; the current generation has Boot's error document there.
        if (capture.status === 400) {
          const { reason, ...answer } = decided.error;
          assert.deepEqual(answer, { status: 400, body: capture.answer, contentType: capture.answerType });
          assert.notEqual(reason, '');
        } else assert.equal(decided.error.body, '');
        return;
      }
      assert.equal(capture.status, 204);
      const record = unwrap(decided);
      const stored = unwrap(decodeApplicationJson(capture.readback, NOW)).instances.find(({ id }) => id === record.id);
      assert.ok(stored !== undefined);
      assert.deepEqual(clientPart(record), clientPart({ ...stored, ...serverPart(record) }));
    });
  }
}

/** What a server decides by itself: times of its own, and the status when the body carries an override. */
function serverPart(record: InstanceRecord): Partial<InstanceRecord> {
  return {
    lastUpdatedTimestamp: record.lastUpdatedTimestamp,
    actionType: record.actionType,
    ...(record.overriddenStatus === 'UNKNOWN' ? {} : { status: record.status }),
    ...(record.lastDirtyTimestamp === NOW ? { lastDirtyTimestamp: NOW } : {}),
  };
}

/** A lease that was not sent has the defaults; its times are the server's. Maps are compared without their order. */
function clientPart({ leaseInfo, ...record }: InstanceRecord): object {
  return {
    ...record,
    renewal: leaseInfo?.renewalIntervalInSecs ?? 30,
    duration: leaseInfo?.durationInSecs ?? 90,
  };
}
