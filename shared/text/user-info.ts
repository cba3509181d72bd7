/**
 * Hides the user-info of every URL in a finished text: `http://user:secret@eureka-1/` → `http://***@eureka-1/`. Takes
 * everything up to the last `@` of the word. This is the net below `shownUrl`, which knows where a URL ends: a text does
 * not. Paths of files are full of `@`, and no secrets.
 */
export function hideUserInfo(text: string): string {
  if (!text.includes('://')) return text;
  return text.replaceAll(/\b(?!file:)([a-z][a-z0-9+.-]*:\/\/)[^\s"]*@/gi, '$1***@');
}
