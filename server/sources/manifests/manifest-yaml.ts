import { isScalar, LineCounter, parseAllDocuments, visit, type Document as YamlDocument, type Tags } from 'yaml';
import { err, ok, type Result } from '../../../shared/result.ts';
import { printable } from '../../../shared/text/printable.ts';
import { yamlProblems } from '../../../shared/yaml/problems.ts';
import { duplicateKeyText, withinStack } from '../../../shared/yaml/words.ts';
import type { Document, ManifestError } from './manifest-document.ts';

/** Aliases of one document after expansion; an alias bomb has millions. */
const MAX_ALIASES = 100;

const NUMBER_OR_FLAG = new Set(['tag:yaml.org,2002:int', 'tag:yaml.org,2002:float', 'tag:yaml.org,2002:bool']);

/**
 * Reads YAML as kubectl does, with merge keys. A scalar is a number or a flag only if it would be written exactly as it
 * is in the file: `80` and `true` are. `1.10`, `1e3`, `0x1F`, `007` and `True` would be written differently, so they
 * stay text. Duplicate keys are found here, because the library compares each key with each other: minutes for twenty
 * thousand.
 */
export function readYaml(text: string): Result<readonly Document[], ManifestError> {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const documents: Document[] = [];
  const parsed = withinStack(() =>
    parseAllDocuments(text, {
      schema: 'core',
      merge: true,
      uniqueKeys: false,
      customTags: (tags) => tags.map(literal),
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
    }),
  );
  if (!parsed.ok) return err({ line: undefined, message: parsed.error });
  for (const document of parsed.value) {
    const [problem] = yamlProblems(text, document.errors, printable);
    if (problem !== undefined) return err(problem);
    const duplicate = findDuplicateKey(document);
    if (duplicate !== undefined)
      return err({ line: lineAt(duplicate.offset), message: duplicateKeyText(printable(duplicate.key)) });
    const line = lineAt(document.contents?.range?.[0] ?? document.range[0]);
    try {
      documents.push({ line, data: document.toJS({ maxAliasCount: MAX_ALIASES }) });
    } catch (failure) {
      return err({ line, message: failure instanceof Error ? failure.message : String(failure) });
    }
  }
  return ok(documents);
}

function literal(tag: Tags[number]): Tags[number] {
  if (typeof tag === 'string' || !NUMBER_OR_FLAG.has(tag.tag) || !('resolve' in tag)) return tag;
  if (typeof tag.resolve !== 'function') return tag;
  const resolve = tag.resolve.bind(tag) as (text: string, ...rest: [never, never]) => unknown;
  return {
    ...tag,
    resolve(text: string, ...rest: [never, never]) {
      const resolved: unknown = resolve(text, ...rest);
      return String(isScalar(resolved) ? resolved.value : resolved) === text ? resolved : text;
    },
  } as Tags[number];
}

function findDuplicateKey(
  document: YamlDocument.Parsed,
): { readonly key: string; readonly offset: number } | undefined {
  let duplicate: { readonly key: string; readonly offset: number } | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        // The merge key is a symbol, and may stand there again.
        if (!isScalar(key) || typeof key.value === 'symbol') continue;
        const value = String(key.value);
        if (seen.has(value)) {
          duplicate = { key: value, offset: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        seen.add(value);
      }
      return undefined;
    },
  });
  return duplicate;
}
