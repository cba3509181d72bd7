/**
 * `/` goes to the search, wherever one is; Escape empties it. The arrow down goes from it, or from nowhere, to the first
 * row in sight. From there on the list has the arrows.
 */
export function listenToKeys(root: string): void {
  if (location.hash === '#q') search()?.focus();
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (event.key === 'ArrowDown' && (target === document.body || target === search())) {
      const row = firstRow();
      if (row !== undefined) event.preventDefault();
      row?.focus();
      return;
    }
    if (isTyping(target) || event.key !== '/') return;
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

/** Those above it are there too, so that keys find them. */
function firstRow(): HTMLElement | undefined {
  const top = document.querySelector('.list thead th')?.getBoundingClientRect().bottom ?? 0;
  const links = [...document.querySelectorAll<HTMLElement>('.list tbody .name a')];
  return links.find((link) => link.getBoundingClientRect().top >= top);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
  );
}
