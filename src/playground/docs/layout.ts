import type { Plugin, System } from "./swagger.ts";

/** The name of the layout below. */
export const LAYOUT = "EdgeLayout";

/**
 * The page's layout. It replaces Swagger UI's own, which shows a choice of servers (there is only one), adds a second `<main>`, and has
 * no heading level between the page's heading and the headings of operation groups.
 */
export function layout({ React: { createElement: h }, getComponent }: System): Plugin {
  const part = (name: string) => h(getComponent(name, true), {});
  return {
    components: {
      [LAYOUT]: () =>
        h(
          "div",
          { className: "swagger-ui" },
          h(getComponent("SvgAssets"), {}),
          part("errors"),
          part("InfoContainer"),
          h("div", { className: "scheme-container" }, part("AuthorizeBtnContainer")),
          h("h2", { className: "visually-hidden" }, "Operations"),
          part("operations"),
          part("Models"),
        ),
    },
  };
}
