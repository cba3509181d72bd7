import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeApplicationsJson } from '../../../shared/codec/json-applications.ts';
import { decodeApplicationsXml } from '../../../shared/codec/xml-applications.ts';
import type { DecodeError } from '../../../shared/codec/decode-error.ts';
import type { Result } from '../../../shared/result.ts';
import { decodeInstance, decodeRegistry } from '../../../server/sources/legacy/wire/answer-decoding.ts';
import { decodeInParts, type DecodedApplications } from '../../support/decode-applications.ts';
import { decodeAtOnce } from '../../support/decode-at-once.ts';
import { endlessSlice } from '../../support/time-slices.ts';
import type { Random } from '../engine/random.ts';
import { target, type NamedTarget, type Verdict } from '../engine/target.ts';
import { bytesOf, mutatedBytes, textOfBytes, utf8Bytes } from '../input/byte-mutation.ts';
import { INSTANCES_JSON, INSTANCES_XML, REGISTRIES_JSON, REGISTRIES_XML } from '../input/captures.ts';
import { mutatedJson } from '../input/json-mutation.ts';
import { INSTANCE_WORDS } from '../input/words.ts';
import { mutatedXml } from '../input/xml-mutation.ts';
import { inParts } from '../oracle/parts.ts';
import { checkReadBack, hasEscapedKeys } from '../oracle/same-record.ts';

type Decoded = Result<DecodedApplications, DecodeError>;

const NOW = 1_795_000_000_000;
/** Unpacked bytes that are accepted here. */
const LIMIT = 1024 * 1024;

function json(random: Random): string {
  return mutatedJson(random.pick(REGISTRIES_JSON), random, INSTANCE_WORDS);
}

function xml(random: Random): string {
  return mutatedXml(random.pick(REGISTRIES_XML), random, INSTANCE_WORDS);
}

function verdictOn(decoded: Decoded): Verdict {
  if (!decoded.ok) {
    assert.notEqual(decoded.error.reason, '');
    return 'refused';
  }
  const [application] = decoded.value.applications;
  const record = application?.instances.at(-1);
  if (record !== undefined && record.app === application?.name && record.id === (record.instanceId ?? record.id))
    checkReadBack(record);
  return 'accepted';
}

/** `undefined` where the reference itself gives up. */
function atOnce(text: string): Decoded | undefined {
  try {
    return decodeAtOnce(text, NOW);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A packed body in a whole, the way it was cut off or damaged. */
function packed(random: Random): string {
  const text = random.chance(0.05)
    ? ' '.repeat(random.few(4 * LIMIT))
    : random.chance(0.7)
      ? json(random)
      : xml(random);
  const bytes = textOfBytes(gzipSync(Buffer.from(text), { level: random.pick([0, 1, 9]) }));
  switch (random.below(4)) {
    case 0:
      return bytes.slice(0, random.below(bytes.length + 1));
    case 1:
      return bytes + random.pick([bytes, '\0', 'x', '\x1f\x8b', '\0'.repeat(1000)]);
    case 2:
      return bytes;
    default:
      return mutatedBytes(bytes, random);
  }
}

interface Unpacked {
  readonly decoded: Decoded;
}

async function decodePacked(input: string): Promise<Unpacked> {
  const applications: DecodedApplications['applications'][number][] = [];
  const intake = {
    add: (each: (typeof applications)[number]) => void applications.push(each),
    restart: () => void applications.splice(0),
  };
  const chunks = inParts(input).map((part) => bytesOf(part));
  const decoded = await decodeRegistry({ chunks, encoding: 'gzip' }, intake, {
    limit: LIMIT,
    now: NOW,
    slice: endlessSlice(),
    signal: AbortSignal.timeout(60_000),
  });
  return { decoded: decoded.ok ? { ok: true, value: { ...decoded.value, applications } } : decoded };
}

function unpacked(input: string): string | undefined {
  try {
    return gunzipSync(bytesOf(input), { maxOutputLength: LIMIT }).toString('utf8');
  } catch {
    return undefined;
  }
}

export const LEGACY_ANSWERS: readonly NamedTarget[] = [
  target(
    'legacy-json',
    'lists and deltas of the legacy in JSON, in parts as they arrive, against the whole at once',
    () => ({
      generate: json,
      read: (input) => decodeInParts(inParts(input), NOW),
      judge: (input, decoded) => {
        if (hasEscapedKeys(input)) return decoded.ok ? 'accepted' : 'refused';
        const whole = atOnce(input);
        if (whole !== undefined)
          assert.deepEqual(decoded.ok ? decoded : { ok: false }, whole.ok ? whole : { ok: false });
        return verdictOn(decoded);
      },
    }),
  ),
  target(
    'legacy-xml',
    'lists and deltas of the legacy in XML, in parts as they arrive, against the whole at once',
    () => ({
      generate: xml,
      read: (input) => decodeInParts(inParts(input), NOW, decodeApplicationsXml),
      judge: async (input, decoded) => {
        assert.deepEqual(decoded, await decodeInParts([input], NOW, decodeApplicationsXml));
        return verdictOn(decoded);
      },
    }),
  ),
  target('legacy-packed', 'answers of the legacy in gzip that break off, are damaged, or go on', () => ({
    generate: packed,
    read: decodePacked,
    judge: async (input, { decoded }) => {
      const text = unpacked(input);
      // What does not unpack as a whole was never a whole answer.
      if (text === undefined) assert.equal(decoded.ok, false);
      if (decoded.ok && text !== undefined && !hasEscapedKeys(text)) {
        const decode = text.trimStart().startsWith('<') ? decodeApplicationsXml : decodeApplicationsJson;
        assert.deepEqual(decoded, await decodeInParts([text], NOW, decode));
      }
      return verdictOn(decoded);
    },
    growsTo: 0,
  })),
  target('legacy-instance', 'one instance as the legacy answers it, in JSON and XML', () => ({
    generate: (random) =>
      utf8Bytes(
        random.chance(0.6)
          ? mutatedJson(random.pick(INSTANCES_JSON), random, INSTANCE_WORDS)
          : mutatedXml(random.pick(INSTANCES_XML), random, INSTANCE_WORDS),
      ),
    read: (input) =>
      decodeInstance({ chunks: inParts(input).map(bytesOf), encoding: undefined }, { limit: LIMIT, now: NOW }),
    judge: (_input, record) => {
      if (record !== undefined) checkReadBack(record);
      return record === undefined ? 'refused' : 'accepted';
    },
  })),
];
