/** `/` goes to the search, wherever one is; Escape empties it. */
export function listenToKeys(root: string): void {
  if (location.hash === '#q') search()?.focus();
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key !== '/') return;
    event.preventDefault();
    const field = search();
    if (field === undefined) location.assign(`${root}dashboard/apps#q`);
    else field.focus();
  });
}

function search(): HTMLInputElement | undefined {
  const field = document.getElementById('q');
  return field instanceof HTMLInputElement ? field : undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
  );
}
