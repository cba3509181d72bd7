import { err, ok, type Result } from '../../../shared/result.ts';
import type { Document, ManifestError } from './manifest-document.ts';

/** Numbers as in YAML: one that would come back as something else (`1.10`, `1e3`) is the text that stands there. */
export function readJson(text: string): Result<readonly Document[], ManifestError> {
  try {
    return ok([{ line: 1, data: JSON.parse(text, literal) }]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = /\(line (\d+)/.exec(message)?.[1];
    return err({ line: line === undefined ? undefined : Number(line), message });
  }
}

function literal(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
}
