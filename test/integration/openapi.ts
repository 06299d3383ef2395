import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** What the tests read of an OpenAPI document that holds no references but to schemas. */
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, unknown> };
  security: unknown;
}

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Exemplified> };
  responses: Record<string, { content?: Record<string, Exemplified> }>;
}

interface Exemplified {
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
  schema: { example?: unknown };
}

type Parameter = Exemplified & { name: string; in: "path" | "query"; required?: boolean };

export interface NamedOperation extends Operation {
  method: string;
  path: string;
}

/** A request that the document says to try, by the name of its examples. */
export interface ExampleRequest {
  operation: NamedOperation;
  name: string;
  path: string;
  init: { method: string; headers?: Record<string, string>; body?: string };
}

export function operationsOf({ paths }: Document): NamedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** The examples of a parameter or body by their names; one without a name is called "example". */
export function examplesOf({ example, examples, schema }: Exemplified): Map<string, unknown> {
  if (examples) return new Map(Object.entries(examples).map(([name, { value }]) => [name, value]));
  const single = example ?? schema.example;
  return new Map(single === undefined ? [] : [["example", single]]);
}

/** One request for each name that an example of the operation has; one without any where it has no input. */
export function requestsOf(operation: NamedOperation): ExampleRequest[] {
  const media = Object.entries(operation.requestBody?.content ?? {});
  const [first] = media;
  if (!first) return requestsOfType(operation);
  const others = media.slice(1).flatMap((each) => requestsOfType(operation, each, [...examplesOf(each[1]).keys()]));
  return [...requestsOfType(operation, first), ...others];
}

/** Those of one type of body, with the examples of the given names alone where names are given. */
function requestsOfType(operation: NamedOperation, body?: [string, Exemplified], only?: string[]): ExampleRequest[] {
  const parameters = (operation.parameters ?? []).map((each) => ({ ...each, known: examplesOf(each) }));
  const [type, media] = body ?? [];
  const bodies = media ? examplesOf(media) : new Map<string, unknown>();
  const names = new Set(only ?? [...parameters.flatMap(({ known }) => [...known.keys()]), ...bodies.keys()]);
  if (names.size === 0) names.add("example");

  return [...names].map((name) => {
    let path = operation.path;
    const query = new URLSearchParams();
    for (const { name: parameter, in: place, required, known } of parameters) {
      const value = known.get(name) ?? (required ? [...known.values()][0] : undefined);
      if (value === undefined && required) throw new Error(`${operation.operationId}: ${parameter} has no example`);
      if (value === undefined) continue;
      if (place === "path") path = path.replace(`{${parameter}}`, encodeURIComponent(String(value)));
      else query.set(parameter, String(value));
    }
    const value = bodies.get(name) ?? [...bodies.values()][0];
    if (type && value === undefined) throw new Error(`${operation.operationId}: the body has no example`);
    return {
      operation,
      name,
      path: query.size > 0 ? `${path}?${query}` : path,
      init: {
        method: operation.method,
        ...(type && {
          headers: { "Content-Type": type },
          body: type.startsWith("text/") ? String(value) : JSON.stringify(value),
        }),
      },
    };
  });
}

/** @returns what keeps a value from fitting the document's schema of an operation's answer */
export function validatorOf(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(document, "openapi");
  const compiled = new Map<string, ValidateFunction>();
  return (
    { path, method, operationId }: Pick<NamedOperation, "path" | "method" | "operationId">,
    status: number,
    type: string,
    value: unknown,
  ): string[] => {
    const steps = ["paths", path, method.toLowerCase(), "responses", String(status), "content", type, "schema"];
    const pointer = steps.map((step) => `/${encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))}`);
    const reference = `openapi#${pointer.join("")}`;
    const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
    compiled.set(reference, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${operationId}: ${error.instancePath} ${error.message}`);
  };
}
