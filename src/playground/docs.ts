/** What swagger-ui-bundle.js puts into the page; the options are those of Swagger UI's own documentation. */
declare const SwaggerUIBundle: (options: {
  url: string;
  domNode: HTMLElement;
  deepLinking: boolean;
  defaultModelsExpandDepth: number;
  displayRequestDuration: boolean;
  validatorUrl: null;
}) => void;

const reference = document.getElementById("reference");
if (reference === null) throw new Error("the page has no place for the reference");

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

SwaggerUIBundle({
  url: "/openapi.json",
  domNode: reference,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null, // asks nobody outside whether the document is valid
});

export {};
