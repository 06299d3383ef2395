/** The parts of Swagger UI that this page uses. Swagger UI has no types of its own. */

/** A rendered element. Its type is React's own. */
type Rendered = object | null;

export type Component<Props = object> = (props: Props) => Rendered;

/** The part of React that Swagger UI passes to its plugins. */
interface React {
  createElement<Props>(
    type: string | Component<Props>,
    props: Props | null,
    ...children: (Rendered | string)[]
  ): Rendered;
  Fragment: Component;
  useState<State>(first: State): [State, (next: State) => void];
}

/** The argument of a plugin: Swagger UI's own components by name, and React. */
export interface System {
  React: React;
  getComponent: (name: string, connected?: boolean) => Component;
}

/** The properties of Swagger UI's component for one response. */
export interface ResponseProps {
  code: string;
  /** An Immutable.js map: the response in the OpenAPI document. */
  response: { get: (name: "description") => string };
}

/** Components to add, and components to wrap, by Swagger UI's names. */
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
