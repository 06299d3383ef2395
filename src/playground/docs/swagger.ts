/** What this page uses of Swagger UI, which brings no types. */

/** A rendered piece; what it is only React knows. */
type Rendered = object | null;

export type Component<Props = object> = (props: Props) => Rendered;

/** The part of React that Swagger UI hands to its plugins. */
interface React {
  createElement<Props>(
    type: string | Component<Props>,
    props: Props | null,
    ...children: (Rendered | string)[]
  ): Rendered;
  Fragment: Component;
  useState<State>(first: State): [State, (next: State) => void];
}

/** What a plugin is given: Swagger UI's own components by name, and React. */
export interface System {
  React: React;
  getComponent: (name: string, connected?: boolean) => Component;
}

/** What Swagger UI gives to its component for one response. */
export interface ResponseProps {
  code: string;
  /** An Immutable.js map: the response as the document has it. */
  response: { get: (name: "description") => string };
}

/** Components to add, and components to put something around, by Swagger UI's names for them. */
export interface Plugin {
  components?: Record<string, Component>;
  wrapComponents?: { response: (original: Component<ResponseProps>) => Component<ResponseProps> };
}

/** Swagger UI's options, as its documentation describes them. */
export interface Options {
  url: string;
  domNode: HTMLElement;
  layout: string;
  plugins: ((system: System) => Plugin)[];
  deepLinking: boolean;
  defaultModelsExpandDepth: number;
  displayRequestDuration: boolean;
  syntaxHighlight: { activated: boolean };
  validatorUrl: null;
}
