import { MAX_HOST_NAME_LENGTH } from './host-name.ts';

// Host patterns of the Gateway API: a name, `*.` before a name for one label or more, or empty for every host.

/** `a.b.example.com` → itself, `*.b.example.com`, `*.example.com`, `*.com`, and empty: the most specific first. */
export function hostnamePatternsOver(host: string): readonly string[] {
  // It is no name, and has as many dots as it likes.
  if (host.length > MAX_HOST_NAME_LENGTH) return [host, ''];
  const patterns = [host];
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) patterns.push(`*${host.slice(dot)}`);
  return [...patterns, ''];
}

/** Whether the pattern stands for all that the other one stands for. */
export function coversHostname(pattern: string, other: string): boolean {
  if (pattern === '' || pattern === other) return true;
  if (!pattern.startsWith('*.')) return false;
  const suffix = pattern.slice(1);
  // `*.example.com` has no label for its star in `example.com`, and `*.com` is wider than it.
  return other.startsWith('*.')
    ? other.slice(1).endsWith(suffix)
    : other.length > suffix.length && other.endsWith(suffix);
}

/** The pattern for the hosts that both stand for: always one of the two, or `undefined` for none. */
export function intersectHostnames(a: string, b: string): string | undefined {
  if (coversHostname(a, b)) return b;
  return coversHostname(b, a) ? a : undefined;
}
