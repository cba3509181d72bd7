/** One element of a parsed document. Its name is that of the protocol, with the XML escaping undone. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, not trimmed. Empty when it has children, as for a Java decoder. */
  readonly text: string;
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}
