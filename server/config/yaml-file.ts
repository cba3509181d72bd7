import { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Given, GivenValues } from './given.ts';
import { isOptionKey, type OptionKey, optionKeys } from './options.ts';
import type { InnerPath, Origin, Problem } from './problem.ts';
import { didYouMean } from '../../shared/text/closest.ts';
import { quotedKey } from './quoted.ts';
import { yamlProblems } from '../../shared/yaml/problems.ts';
import { UNRESOLVED_ALIAS, withinStack } from '../../shared/yaml/words.ts';

/** `legacy` and `legacy.tls`: what other options stand below. */
const SECTIONS: ReadonlySet<string> = new Set(
  optionKeys.flatMap((option) => {
    const parts = option.split('.');
    return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'));
  }),
);

/** Reads the options that the text of a configuration file gives; `file` is its name for messages. */
export function readYaml(text: string, file: string): GivenValues {
  const lines = new LineCounter();
  // The library's warnings on standard error would quote the file, secrets included.
  const parsed = withinStack(() =>
    parseDocument(text, { schema: 'core', lineCounter: lines, prettyErrors: false, logLevel: 'error' }),
  );
  if (!parsed.ok) {
    const origin = { kind: 'file', file, line: undefined } as const;
    return { values: new Map(), problems: [{ origin, key: undefined, message: parsed.error }] };
  }
  const document = parsed.value;
  const at = (offset: number | undefined): Origin => ({
    kind: 'file',
    file,
    line: offset === undefined ? undefined : lines.linePos(offset).line,
  });
  // Warnings are unknown tags: what the author meant by them would be lost.
  const problems = firstOfEachLine(yamlProblems(text, [...document.errors, ...document.warnings], quotedKey)).map(
    ({ line, message }): Problem => ({ origin: { kind: 'file', file, line }, key: undefined, message }),
  );
  if (problems.length > 0) return { values: new Map(), problems };
  const reader: Reader = { document, at, values: new Map(), problems };
  if (document.contents !== null) readSection(reader, document.contents, '');
  return reader;
}

/** One mistake often confuses the parser more than once in its line. */
function firstOfEachLine<T extends { readonly line: number }>(errors: readonly T[]): readonly T[] {
  return errors.filter(({ line }, i) => errors.findIndex((each) => each.line === line) === i);
}

interface Reader {
  readonly document: Document;
  readonly at: (offset: number | undefined) => Origin;
  readonly values: Map<OptionKey, Given>;
  readonly problems: Problem[];
}

/** `prefix` is empty at the top and `legacy.` below `legacy`. */
function readSection(reader: Reader, node: Node, prefix: string): void {
  const section = isAlias(node) ? node.resolve(reader.document) : node;
  // `legacy:` with everything below it commented out means the defaults.
  if (isScalar(section) && section.value === null) return;
  if (!isMap<Node, Node | null>(section)) {
    const key = prefix === '' ? undefined : prefix.slice(0, -1);
    const message = key === undefined ? 'the file must be a map of options' : 'must be a map of options';
    reader.problems.push({ origin: reader.at(node.range?.[0]), key, message });
    return;
  }
  for (const pair of section.items) {
    const name = isScalar(pair.key) ? String(pair.key.value) : '';
    const key = prefix + name;
    const origin = reader.at(pair.key.range?.[0]);
    if (isOptionKey(key)) readOption(reader, key, origin, pair.value);
    else if (isSection(key)) {
      if (pair.value !== null) readSection(reader, pair.value, `${key}.`);
    } else {
      reader.problems.push({
        origin,
        key: quotedKey(key),
        message: `unknown key${didYouMean(key, [...optionKeys, ...SECTIONS])}`,
      });
    }
  }
}

function readOption(reader: Reader, key: OptionKey, origin: Origin, node: Node | null): void {
  let value: unknown;
  try {
    value = node?.toJS(reader.document, { maxAliasCount: 100 });
  } catch (error) {
    // Aliases without an anchor, or that multiply too much, show only when they are resolved.
    if (!(error instanceof ReferenceError)) throw error;
    reader.problems.push({ origin, key, message: UNRESOLVED_ALIAS });
  }
  if (value === undefined || value === null) return;
  const locate = (inner: InnerPath): Origin => reader.at(offsetOf(node, inner));
  reader.values.set(key, { value, origin, locate });
}

/** The offset of the innermost part of the path that the file has. */
function offsetOf(node: Node | null, inner: InnerPath): number | undefined {
  let found = node?.range?.[0];
  for (let depth = 1; depth <= inner.length; depth++) {
    const part =
      isMap(node) || (node !== null && 'getIn' in node) ? node.getIn(inner.slice(0, depth), true) : undefined;
    if (isNode(part)) found = part.range?.[0] ?? found;
  }
  return found;
}

function isSection(key: string): boolean {
  return SECTIONS.has(key);
}
