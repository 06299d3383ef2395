import type { Plugin, System } from "./swagger.ts";

/** The name of the layout below. */
export const LAYOUT = "EdgeLayout";

/**
 * The page from top to bottom. Swagger UI's own layout has a choice of servers, of which there is one, a second `<main>`, and no
 * heading between the page's and those of the operations' groups.
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
