import { LAYOUT, layout } from "./docs/layout.ts";
import { mend } from "./docs/mend.ts";
import { shortProblems } from "./docs/short-problems.ts";
import type { Options } from "./docs/swagger.ts";
import { byId } from "./dom.ts";

/** The global that swagger-ui-bundle.js defines. */
declare const SwaggerUIBundle: (options: Options) => void;

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const reference = byId("reference", HTMLElement);
mend(reference);

SwaggerUIBundle({
  url: "/openapi.json",
  domNode: reference,
  layout: LAYOUT,
  plugins: [layout, shortProblems],
  deepLinking: false, // its links are inside buttons, and can't be reached by keyboard
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  syntaxHighlight: { activated: false }, // its colours have too little contrast
  validatorUrl: null, // sends the document to no external validator
});
