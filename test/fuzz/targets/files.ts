import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseDocument } from 'yaml';
import { loadCredentials } from '../../../server/auth/credentials-file.ts';
import { checksumOf, readRegistryFile } from '../../../server/registry-file/file-reading.ts';
import { decodeText } from '../../../server/sources/manifests/manifest-text.ts';
import { parseManifest } from '../../../server/sources/manifests/manifest-file.ts';
import { checkedHead } from '../../../shared/registry-file/envelope.ts';
import { applicationLine, sourceLine, writtenLine } from '../../../shared/registry-file/lines.ts';
import { err, ok } from '../../../shared/result.ts';
import { LEGACY, registered } from '../../support/registry-contents.ts';
import { endlessSlice } from '../../support/time-slices.ts';
import type { Random } from '../engine/random.ts';
import { target, type NamedTarget } from '../engine/target.ts';
import { bytesOf, mutatedBytes, textOfBytes, utf8Bytes } from '../input/byte-mutation.ts';
import { mutatedJson } from '../input/json-mutation.ts';
import { mutatedText } from '../input/text-mutation.ts';
import { clusterFiles } from '../input/cluster-files.ts';
import { checkLine, checkNoSecret, SECRET, secretParts } from '../oracle/reason.ts';

const CREDENTIALS = [
  '- { name: fleet, password: "§", rights: [read, register] }\n',
  '- name: deploy\n  token: §\n  rights:\n    - read\n    - operate\n',
  "- { name: payments, password: '§', rights: [register], applications: [PAYMENTS, LEDGER] }\n",
  '- { name: batch, certificate: "CN=batch,O=Acme", rights: [read] }\n',
  '- { name: other, passwordFile: secret.txt, rights: [read] }\n',
];
const YAML_WORDS = ['- ', ': ', ', ', '{', '}', '[', ']', '"', "'", '&a ', '*a', '!!binary ', '|\n', '# ', '\n', '  '];

function credentials(random: Random): string {
  const text = Array.from({ length: 1 + random.below(4) }, () => random.pick(CREDENTIALS)).join('');
  return (random.chance(0.8) ? mutatedText(text, random, YAML_WORDS) : text).replaceAll('§', SECRET);
}

/** A secret as the value of a name, or of anything but a password or a token, is one that somebody made public. */
function isMadePublic(input: string): boolean {
  let isPublic = false;
  try {
    const document = parseDocument(input, { schema: 'failsafe', logLevel: 'error' });
    JSON.stringify(document.toJS({ maxAliasCount: 100 }), (key, value: unknown) => {
      if (key === 'password' || key === 'token') return undefined;
      if (typeof value === 'string') isPublic ||= secretParts().some((part) => value.includes(part));
      return value;
    });
  } catch {
    // The product cannot read it either, and shows nothing of it.
  }
  return isPublic;
}

function registryLines(): readonly string[] {
  const lines = [
    writtenLine(WRITTEN_AT, 1_795_000_001),
    sourceLine({ source: LEGACY.id, lastSuccessAt: WRITTEN_AT, basis: ['a'], state: { held: [] } }),
  ];
  for (const [app, contribution] of registered(3, 6)) {
    const pieces: string[] = [];
    const stored = { app, contributions: [{ source: LEGACY.id, contribution, details: [] }], memory: undefined };
    for (const _ of applicationLine(stored, pieces));
    lines.push(pieces.join(''));
  }
  return lines;
}

const WRITTEN_AT = 1_795_000_000_000;
const lines = registryLines();

/** One line is not what this version writes. */
function otherLines(random: Random): string {
  const at = random.below(lines.length);
  return lines.map((line, i) => (i === at ? `${mutatedJson(line, random).replaceAll('\n', ' ')}\n` : line)).join('');
}

function sealed(body: Buffer): Buffer {
  const checksum = checksumOf([body], body.length);
  return Buffer.concat([Buffer.from(`${checkedHead(body.length)} ${checksum}\n`), body]);
}

function openRegistryFile(generate: (random: Random) => string) {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-fuzz-'));
  const file = join(directory, 'registry');
  return {
    generate,
    read: (input: string) => {
      writeFileSync(file, bytesOf(input));
      return readRegistryFile(file, endlessSlice, 1024 * 1024);
    },
    growsTo: 0,
    close: () => Promise.resolve(rmSync(directory, { recursive: true, force: true })),
  };
}

const wholeFile = textOfBytes(sealed(gzipSync(lines.join(''), { level: 1 })));

export const FILES: readonly NamedTarget[] = [
  target('credentials-file', 'the credentials file', () => ({
    generate: credentials,
    read: (input) =>
      loadCredentials('/c/credentials.yaml')((path) =>
        Promise.resolve(path.endsWith('.yaml') ? ok(Buffer.from(input)) : err(`${path}: there is no such file`)),
      ),
    judge: (input, loaded) => {
      if (loaded.ok) return 'accepted';
      checkLine(loaded.error);
      if (!isMadePublic(input)) checkNoSecret(loaded.error);
      return 'refused';
    },
    growsTo: 4096,
  })),
  target('registry-file', 'the registry file, damaged at any byte', () => ({
    ...openRegistryFile((random) => {
      if (random.chance(0.3)) return wholeFile.slice(0, random.below(wholeFile.length));
      return mutatedBytes(wholeFile, random);
    }),
    judge: (input, read) => {
      // The checksum is over everything.
      if (read.ok) assert.equal(input, wholeFile);
      else checkLine(read.error);
      return read.ok ? 'accepted' : 'refused';
    },
  })),
  target('registry-lines', 'a registry file that is whole, with content of another version', () => ({
    ...openRegistryFile((random) => textOfBytes(sealed(gzipSync(otherLines(random), { level: 1 })))),
    judge: (_input, read) => {
      if (!read.ok) checkLine(read.error);
      return read.ok ? 'accepted' : 'refused';
    },
  })),
  target('manifests', 'files of Kubernetes objects in YAML and JSON', () => ({
    generate: (random) => {
      const text = random.pick(clusterFiles());
      return random.chance(0.1)
        ? mutatedBytes(utf8Bytes(text), random)
        : utf8Bytes(mutatedText(text, random, YAML_WORDS));
    },
    read: (input) => {
      const text = decodeText(bytesOf(input));
      return text.ok ? parseManifest('m.yaml', text.value) : text;
    },
    judge: (_input, parsed) => {
      if (parsed.ok) return 'accepted';
      assert.notEqual(parsed.error.message, '');
      return 'refused';
    },
    // Read in a thread of its own, with a limit of time.
    growsTo: 0,
  })),
];
