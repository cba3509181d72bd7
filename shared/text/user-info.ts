/**
 * Hides the user-info of every URL in a text: `http://user:secret@eureka-1/` → `http://***@eureka-1/`. Takes everything
 * up to the last `@` of the word, as secrets are not always escaped as they should be: hiding too much is the safe side.
 */
export function hideUserInfo(text: string): string {
  if (!text.includes('://')) return text;
  return text.replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi, '$1***@');
}
