import { LineCounter, parseAllDocuments } from 'yaml';
import { isRawRecord, rawList, rawName } from '../../../shared/data/raw-data.ts';
import { stripObject } from '../../../shared/ingress/strip.ts';
import { OBJECT_KINDS, type ObjectKind, type StrippedObject } from '../../../shared/ingress/stripped.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

/** What one file holds. */
export interface ManifestContent {
  readonly objects: readonly StrippedObject[];
  /** Objects of kinds that entries do not depend on, as ConfigMaps. */
  readonly ignored: number;
}

/** Where in the text something is wrong: the line (from 1), where known. */
export interface ManifestError {
  readonly line: number | undefined;
  readonly message: string;
}

/** One document of a file, as plain data. */
interface Document {
  readonly line: number | undefined;
  readonly data: unknown;
}

const MAX_ALIASES = 100;

/** API groups of the kinds: a Service of Knative and a Service of Kubernetes share nothing but the name. */
const GROUPS: Readonly<Record<ObjectKind, string>> = {
  Ingress: 'networking.k8s.io',
  IngressClass: 'networking.k8s.io',
  Service: '',
  Namespace: '',
  EndpointSlice: 'discovery.k8s.io',
  Deployment: 'apps',
};

/** A file counts as a whole or not at all: one that is half written must not pass for one with fewer objects. */
export function parseManifest(fileName: string, text: string): Result<ManifestContent, ManifestError> {
  const documents = fileName.endsWith('.json') ? readJson(text) : readYaml(text);
  if (!documents.ok) return documents;
  const objects: StrippedObject[] = [];
  let ignored = 0;
  for (const { line, data } of documents.value) {
    // `---` at the end, or a comment between two of them.
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

function readJson(text: string): Result<readonly Document[], ManifestError> {
  try {
    return ok([{ line: 1, data: JSON.parse(text) }]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = /\(line (\d+)/.exec(message)?.[1];
    return err({ line: line === undefined ? undefined : Number(line), message });
  }
}

function readYaml(text: string): Result<readonly Document[], ManifestError> {
  const lines = new LineCounter();
  const options = { schema: 'core', lineCounter: lines, prettyErrors: false, logLevel: 'error' } as const;
  const documents: Document[] = [];
  for (const document of parseAllDocuments(text, options)) {
    const [error] = document.errors;
    if (error !== undefined) return err({ line: lines.linePos(error.pos[0]).line, message: error.message });
    const line = lines.linePos(document.contents?.range?.[0] ?? document.range[0]).line;
    try {
      documents.push({ line, data: document.toJS({ maxAliasCount: MAX_ALIASES }) });
    } catch (failure) {
      return err({ line, message: failure instanceof Error ? failure.message : String(failure) });
    }
  }
  return ok(documents);
}

/** `kind: List`, and lists of one kind as the API server gives them, whose items may go without a kind of their own. */
function itemsOf(data: unknown): readonly unknown[] {
  if (!isRawRecord(data) || !Array.isArray(data['items'])) return [data];
  const kind = rawName(data['kind']) ?? '';
  if (kind === 'List' || !kind.endsWith('List')) return rawList(data['items']);
  const inherited = { apiVersion: data['apiVersion'], kind: kind.slice(0, -'List'.length) };
  return rawList(data['items']).map((item) => (isRawRecord(item) ? { ...inherited, ...item } : item));
}

/** `undefined`: an object of another kind. */
function readObject(item: unknown): Result<StrippedObject | undefined, string> {
  if (!isRawRecord(item)) return err('this is no Kubernetes object');
  const kind = rawName(item['kind']);
  if (kind === undefined) return err('this object has no kind');
  const known = OBJECT_KINDS.find((candidate) => candidate === kind);
  if (known === undefined || !inGroup(rawName(item['apiVersion']), GROUPS[known])) return ok(undefined);
  const object = stripObject(known, item);
  return object === undefined ? err(`this ${kind} has no metadata.name`) : ok(object);
}

function inGroup(apiVersion: string | undefined, group: string): boolean {
  if (apiVersion === undefined) return true;
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) === group : group === '';
}
