import { parse, YAMLParseError } from 'yaml';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Kind } from './kinds.ts';
import { yamlProblems } from '../../shared/yaml/problems.ts';
import { UNRESOLVED_ALIAS } from '../../shared/yaml/words.ts';
import { quotedKey } from './quoted.ts';

/**
 * Converts texts of flags or the environment to the value that the file would have. A flag may be given several times:
 * lists are joined, maps are united, and of everything else the last one counts.
 */
export function spelledValue(kind: Kind<unknown>, texts: readonly string[]): Result<unknown, string> {
  switch (kind.spelling) {
    case 'plain':
      return ok(plainValue(kind, (texts.at(-1) ?? '').trim()));
    case 'list':
      return listOf(texts, (text) => text.split(','));
    case 'urls':
      return listOf(texts, splitUrls);
    case 'yaml':
      return yamlValue(kind, texts);
  }
}

/** Only what the schema accepts is converted; anything else stays text, and the schema refuses it. */
function plainValue(kind: Kind<unknown>, text: string): unknown {
  const type: unknown = 'type' in kind.schema ? kind.schema.type : undefined;
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  return text;
}

/** No text from outside has it: neither arguments nor the environment can carry it. */
const SEPARATOR = '\0';

/** `a,b`, or `[a, b]` where an item contains a comma. */
function listOf(
  texts: readonly string[],
  split: (text: string) => readonly string[],
): Result<readonly unknown[], string> {
  const values: unknown[] = [];
  for (const text of texts.map((each) => each.trim())) {
    if (text.startsWith('[')) {
      const parsed = parsedYaml(text);
      if (!parsed.ok) return parsed;
      values.push(...(Array.isArray(parsed.value) ? (parsed.value as readonly unknown[]) : [parsed.value]));
    } else {
      values.push(
        ...split(text)
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      );
    }
  }
  return ok(values);
}

/** A comma in the user-info of a URL does not separate, nor does one in a query, which is refused as a whole. */
function splitUrls(text: string): readonly string[] {
  return text.split(/,(?=\s*[a-z][a-z0-9+.-]*:\/\/)/i).flatMap((part) => {
    const [, userInfo = '', hosts = '', query = ''] = /^(.*@)?([^?#]*)(.*)$/s.exec(part) ?? [];
    return `${userInfo}${hosts.replaceAll(',', SEPARATOR)}${query}`.split(SEPARATOR);
  });
}

function yamlValue(kind: Kind<unknown>, texts: readonly string[]): Result<unknown, string> {
  const values: unknown[] = [];
  for (const text of texts) {
    const parsed = parsedYaml(text);
    if (!parsed.ok) return parsed;
    if (parsed.value !== null && parsed.value !== undefined) values.push(parsed.value);
  }
  const isList = 'type' in kind.schema && kind.schema.type === 'array';
  if (isList) return ok(values.flat());
  const odd = values.find((value) => typeof value !== 'object' || Array.isArray(value));
  return ok(odd ?? Object.assign({}, ...values));
}

function parsedYaml(text: string): Result<unknown, string> {
  try {
    return ok(parse(text, { schema: 'core', maxAliasCount: 100, prettyErrors: false, logLevel: 'error' }));
  } catch (error) {
    if (error instanceof YAMLParseError)
      return err(`no valid YAML or JSON: ${yamlProblems(text, [error], quotedKey)[0]?.message ?? ''}`);
    if (error instanceof ReferenceError) return err(`no valid YAML or JSON: ${UNRESOLVED_ALIAS}`);
    throw error;
  }
}
