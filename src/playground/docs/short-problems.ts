import type { Component, Plugin, ResponseProps, System } from "./swagger.ts";

/**
 * Every operation lists ten responses with the same schema, the problem of RFC 9457. Here each of them is one line. The line expands to
 * show the schema and the headers.
 */
export function shortProblems({ React: { createElement: h, Fragment, useState } }: System): Plugin {
  const wrap = (Response: Component<ResponseProps>) => (props: ResponseProps) => {
    const [isShown, show] = useState(false);
    const { code, response } = props;
    if (!/^[45]/.test(code)) return h(Response, props);
    const name = isShown ? `Hide the shape of ${code}` : `Show the shape of ${code}`;
    const toggle = { type: "button", className: "shape", "aria-label": name, onClick: () => show(!isShown) };
    return h(
      Fragment,
      {},
      h(
        "tr",
        { className: "response short" },
        h("td", { className: "response-col_status" }, code),
        h("td", { className: "response-col_description" }, response.get("description")),
        h("td", { className: "response-col_links" }, h("button", toggle, isShown ? "Hide" : "Shape")),
      ),
      isShown ? h(Response, props) : null,
    );
  };
  return { wrapComponents: { response: wrap } };
}
