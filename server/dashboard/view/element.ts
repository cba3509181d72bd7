import {
  createElement,
  type Attributes,
  type ComponentChild,
  type ComponentChildren,
  type FunctionComponent,
  type JSX,
} from 'preact';

export type View = ComponentChild;
export type Views = ComponentChildren;

type Intrinsic = JSX.IntrinsicElements;

/** An element of HTML or SVG, checked against what its tag may have. */
export function h<Tag extends keyof Intrinsic>(tag: Tag, props: Intrinsic[Tag] | null, ...children: Views[]): View {
  return createElement(tag as string, props as Attributes, ...children);
}

/** A component with its properties. */
export function part<Props extends object>(component: (props: Props) => View, props: Props & { key?: string }): View {
  return createElement(component as FunctionComponent<Props>, props);
}
