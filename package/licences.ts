import type { BundledPackage } from './bundled.ts';

/** Licences that allow the bundle to be passed on under Apache-2.0 with nothing but their notices kept. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** Packages whose licence does not allow them in the bundle, one sentence each. */
export function licenceProblems(packages: readonly BundledPackage[]): readonly string[] {
  return packages.flatMap(({ path, licence }) => {
    if (licence === undefined) return `${path} states no licence`;
    return ALLOWED.has(licence) ? [] : `${path} is under ${licence}, which is none of ${[...ALLOWED].join(', ')}`;
  });
}

/** The first line of a package in the list. */
export function licenceHeading({ name, version, licence }: BundledPackage): string {
  return `${name} ${version} (${licence})`;
}

/** What the licences of bundled packages require to be passed on with them. */
export function licenceList(packages: readonly BundledPackage[]): string {
  const parts = packages.map((each) => {
    const texts = each.texts.map(({ text }) => text.replaceAll('\r\n', '\n').trim());
    const content =
      texts.length > 0 ? texts.join('\n\n') : `It comes without a text; its package.json says ${each.licence}.`;
    return `${RULE}\n${licenceHeading(each)}\n${RULE}\n\n${content}\n`;
  });
  return `eurek8s.cjs contains code of these packages. The rest of it is under the licence in LICENSE.\n\n${parts.join('\n')}`;
}

const RULE = '-'.repeat(80);
