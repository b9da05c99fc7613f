// What is told on request only: a pass ranks every tag of every repository, and almost never says why each one fell.

/** The value of `make`, made when it is first asked for and kept. `make` must be pure. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
