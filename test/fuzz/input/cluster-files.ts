import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

// The objects of the goldens, one case a file: an Ingress or HTTPRoute and what it refers to, in many shapes.

let texts: readonly string[] | undefined;

/** The files as they are, without the first document, which is no object. */
export function clusterFiles(): readonly string[] {
  texts ??= globSync('{ingress,gateway}/*.in.yaml', { cwd: fileURLToPath(new URL('../../golden', import.meta.url)) })
    .toSorted()
    .map((name) => readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8'))
    .map((text) => text.slice(text.indexOf('\n---\n') + 5));
  return texts;
}

let cases: readonly string[] | undefined;

/** The same as JSON, each file a list of objects. */
export function clusterObjects(): readonly string[] {
  cases ??= clusterFiles().map((text) =>
    JSON.stringify(parseAllDocuments(text, { schema: 'core' }).map((document): unknown => document.toJS())),
  );
  return cases;
}
