/**
 * What is wrong with a query that has parameters besides the known ones; `undefined`: nothing. A misspelt `app=` would
 * otherwise be answered with all applications, as if it had been understood.
 */
export function unknownParameter(query: unknown, known: readonly string[]): string | undefined {
  const unknown = Object.keys(query as object).find((key) => !known.includes(key));
  return unknown === undefined ? undefined : `there is no parameter "${unknown}", but ${known.join(', ')}`;
}
