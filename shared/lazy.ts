/**
 * Makes a value when it is first asked for, and keeps it. What `make` needs is let go then. A `make` that throws is called
 * again the next time.
 */
export function lazy<T>(make: () => T): () => T {
  let state: { readonly make: () => T } | { readonly value: T } = { make };
  return () => {
    if ('make' in state) state = { value: state.make() };
    return state.value;
  };
}
