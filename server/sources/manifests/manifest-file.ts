import { isRawRecord, rawList, rawName, rawScalar } from '../../../shared/data/raw-data.ts';
import { isKubernetesKind } from '../../../shared/ingress/api-versions.ts';
import { stripObject } from '../../../shared/ingress/strip.ts';
import { OBJECT_KINDS, type StrippedObject } from '../../../shared/ingress/stripped.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Document, ManifestContent, ManifestError } from './manifest-document.ts';
import { readJson } from './manifest-json.ts';
import { readYaml } from './manifest-yaml.ts';

/**
 * Bytes of one stripped object as JSON; an API server accepts 256 KiB of annotations. An object is passed on, compared
 * and derived in one turn of the event loop, so this bounds the turn.
 */
export const MAX_OBJECT_BYTES = 256 * 1024;

/**
 * Parses a file completely or fails: a file that is half written must not be taken for one with fewer objects.
 * `fileName` decides the syntax.
 */
export function parseManifest(fileName: string, text: string): Result<ManifestContent, ManifestError> {
  const documents = readDocuments(fileName, text);
  if (!documents.ok) return documents;
  const objects: StrippedObject[] = [];
  let ignored = 0;
  for (const { line, data } of documents.value) {
    // An empty document: `---` at the end, or a comment between two separators.
    if (data === null || data === undefined) continue;
    for (const item of itemsOf(data)) {
      const object = readObject(item);
      if (!object.ok) return err({ line, message: object.error });
      if (object.value === undefined) ignored++;
      else objects.push(object.value);
    }
  }
  return ok({ objects, ignored });
}

/** Characters before a JSON document in which blanks and record separators are skipped to recognise it. */
const MAX_GAP = 1024;

/**
 * Accepts either syntax under either name, as kubectl does. If the ending does not decide, the beginning of the file
 * does.
 */
function readDocuments(fileName: string, text: string): Result<readonly Document[], ManifestError> {
  const beginsAsJson = /^[{[]/.test(text.slice(0, MAX_GAP).replaceAll('\u001e', '').trimStart());
  if (fileName.endsWith('.json')) return beginsAsJson ? readJson(text) : readYaml(text);
  const yaml = readYaml(text);
  const json = yaml.ok || !beginsAsJson ? yaml : readJson(text);
  return json.ok ? json : yaml;
}

/** `kind: List`, and lists of one kind as the API server gives them, whose items may go without a kind of their own. */
function itemsOf(data: unknown): readonly unknown[] {
  if (!isRawRecord(data) || !Array.isArray(data['items'])) return [data];
  const kind = rawName(data['kind']) ?? '';
  if (kind === 'List' || !kind.endsWith('List')) return rawList(data['items']);
  const inherited = { apiVersion: data['apiVersion'], kind: kind.slice(0, -'List'.length) };
  return rawList(data['items']).map((item) => (isRawRecord(item) ? { ...inherited, ...item } : item));
}

/** `undefined` for an object of another kind. */
function readObject(item: unknown): Result<StrippedObject | undefined, string> {
  if (!isRawRecord(item)) return err('this is no Kubernetes object');
  const kind = rawName(item['kind']);
  if (kind === undefined) return err('this object has no kind');
  const known = OBJECT_KINDS.find((candidate) => candidate === kind);
  if (known === undefined || !isKubernetesKind(rawScalar(item['apiVersion']))) return ok(undefined);
  const object = stripObject(known, item);
  if (object === undefined) return err(`this ${kind} has no metadata.name`);
  const bytes = JSON.stringify(object).length;
  return bytes > MAX_OBJECT_BYTES
    ? err(
        `${kind} ${object.meta.name} is larger (${bytes} bytes) than the ${MAX_OBJECT_BYTES} that may be read of one object`,
      )
    : ok(object);
}
