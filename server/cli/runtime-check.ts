/**
 * The message for a Node.js that is not within `engines` (`>=26.10.0 <27`); `undefined` for one that is. A checkout
 * installs the right one, but a failed optional download silently leaves the system's in place.
 */
export function runtimeProblem(version: string, engines: string): string | undefined {
  const [, minimum, below] = /^>=(\S+) <(\d+)$/.exec(engines) ?? [];
  if (minimum === undefined || below === undefined) return `"${engines}" in package.json is not a range of versions`;
  if (compare(version, minimum) >= 0 && compare(version, below) < 0) return undefined;
  return `Eurek8s needs Node.js ${engines}, and this is ${version}.
In a checkout, "npm ci" installs the right one, and "npm run eurek8s -- COMMAND" uses it.
If it still does not, the download of Node.js was skipped: run "npm ci" again and look for its warnings.
Without npm, install Node.js ${minimum} or use the container image.`;
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
