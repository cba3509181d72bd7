/**
 * What to tell somebody whose Node.js is not the one of `engines` (`>=26.10.0 <27`), or undefined when it is. A checkout
 * brings the right one along, but a failed optional download silently leaves the system's in place.
 */
export function runtimeProblem(version: string, engines: string): string | undefined {
  const [, least, below] = /^>=(\S+) <(\d+)$/.exec(engines) ?? [];
  if (least === undefined || below === undefined) return `"${engines}" in package.json is no range of versions`;
  if (compare(version, least) >= 0 && compare(version, below) < 0) return undefined;
  return `Eurek8s needs Node.js ${engines}, and this is ${version}.
In a checkout, "npm ci" installs the right one, and "npm run eurek8s -- COMMAND" uses it.
If it still does not, the download of Node.js was skipped: run "npm ci" again and look for its warnings.
Without npm, install Node.js ${least} or use the container image.`;
}

function compare(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let position = 0; position < 3; position++) {
    const difference = (left[position] ?? 0) - (right[position] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): readonly number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10));
}
