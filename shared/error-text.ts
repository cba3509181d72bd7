/** What is known of a caught value, for a message: the message of an error, otherwise the value as text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
