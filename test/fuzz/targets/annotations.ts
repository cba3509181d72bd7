import assert from 'node:assert/strict';
import { parseAnnotations, type ParsedAnnotations } from '../../../shared/ingress/annotations.ts';
import { ANNOTATION_KEYS, annotation, METADATA_PREFIX } from '../../../shared/ingress/annotation-keys.ts';
import type { Result } from '../../../shared/result.ts';
import type { Random } from '../engine/random.ts';
import { target } from '../engine/target.ts';
import { mutatedText, oddWord } from '../input/text-mutation.ts';
import { checkLine } from '../oracle/reason.ts';

const VALUES: readonly string[] = [
  'true',
  'false',
  'alice',
  'alice.example.com',
  '*.example.com',
  'allow',
  'http',
  'https',
  'both',
  '8080',
  '10.0.0.7, fd00::7',
  'OUT_OF_SERVICE',
  'single',
  'ready',
  '25%',
  '1% 10m, 10% 1h, 50% 2d, 100%',
  '2026-03-01T10:00:00Z',
  'kubernetes-only',
  'prefer-kubernetes',
  'alice,alice-v2',
  'us-east-1a',
  '/health?deep=1',
];
const KEYS = [
  ...ANNOTATION_KEYS.map(annotation),
  `${METADATA_PREFIX}team`,
  `${METADATA_PREFIX}zone`,
  'eurek8s.io/trafic',
];

function annotations(random: Random): string {
  const entries = Array.from({ length: 1 + random.few(10) }, () => {
    const key = random.chance(0.9) ? random.pick(KEYS) : mutatedText(random.pick(KEYS), random);
    const value = random.pick(VALUES);
    return [
      key,
      random.chance(0.7) ? mutatedText(value, random, VALUES) : random.chance(0.1) ? oddWord(random) : value,
    ];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function entriesIn(input: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(input) as Readonly<Record<string, string>>;
  } catch {
    // Made longer, or shorter, in a place where it stops being JSON.
    return { 'eurek8s.io/traffic': input, 'eurek8s.io/address': input, 'eurek8s.io/host': input };
  }
}

export const ANNOTATIONS = target<Result<ParsedAnnotations, string>>(
  'annotations',
  'annotations of an Ingress',
  () => ({
    generate: annotations,
    read: (input) => parseAnnotations(entriesIn(input)),
    judge: (input, parsed) => {
      if (!parsed.ok) {
        checkLine(parsed.error);
        return 'refused';
      }
      for (const notice of parsed.value.notices) checkLine(notice);
      const { app, port, securePort, overrides, host, address } = parsed.value;
      if (app !== undefined) assert.match(app, /^[\w.-]{1,100}$/);
      for (const each of [port, securePort]) assert.ok(each === undefined || (each >= 1 && each <= 65_535));
      for (const value of overrides.metadata.values()) assert.doesNotMatch(value, /[\n\r\0]/);
      // What was accepted is written in one spelling, and that is accepted as the same.
      const rewritten = {
        ...entriesIn(input),
        ...(host && { 'eurek8s.io/host': host }),
        ...(address && { 'eurek8s.io/address': address.join() }),
      };
      assert.deepEqual(parseAnnotations(rewritten), parsed);
      return 'accepted';
    },
  }),
);
