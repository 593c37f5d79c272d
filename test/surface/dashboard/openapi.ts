// The description of the dashboard's API in OpenAPI 3.1, made of its table of endpoints.
import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import type { Endpoint } from "../../../src/surface/dashboard/api/endpoint.ts";
import { ENDPOINTS } from "../../../src/surface/dashboard/api/endpoints.ts";
import { FAULT_STATUS } from "../../../src/surface/dashboard/api/endpoint.ts";

type JsonSchema = Readonly<Record<string, unknown>> & {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
};

/** As JSON Schema; what a schema computes of its input is no part of it. */
export function schemaOf(schema: v.GenericSchema<unknown, unknown>): JsonSchema {
  const { $schema: _schema, ...made } = toJsonSchema(schema as v.GenericSchema, {
    errorMode: "ignore",
    typeMode: "input",
  });
  return made as unknown as JsonSchema;
}

/** Names of the values in a path. */
export const namesIn = (path: string): readonly string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);

/** The whole description. */
export function describeApi(version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of ENDPOINTS) {
    const path = one.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operationOf(one) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "sallyport dashboard",
      version,
      description:
        "What the dashboard asks, for programs too. A session's token goes in `Authorization: Bearer`; a link of `sallyport dashboard` begins a session.",
    },
    servers: [{ url: "http://127.0.0.1:7420/api/v1" }],
    security: [{ session: [] }],
    paths,
    components: {
      securitySchemes: { session: { type: "http", scheme: "bearer" } },
      schemas: {
        Fault: {
          type: "object",
          required: ["error"],
          properties: {
            error: {
              type: "object",
              required: ["code", "message"],
              properties: {
                code: { enum: Object.keys(FAULT_STATUS) },
                message: { type: "string" },
              },
            },
          },
        },
      },
    },
  };
}

function operationOf({ method, path, about, role, confirms, input, answer }: Endpoint) {
  const names = namesIn(path);
  const schema = schemaOf(input);
  const { properties = {}, required = [] } = schema;
  const parameters = names.map((name) => ({
    name,
    in: "path",
    required: true,
    schema: properties[name] ?? { type: "string" },
  }));
  const inQuery = Object.entries(properties)
    .filter(([name]) => method === "GET" && !names.includes(name))
    .map(([name, of]) => ({
      name,
      in: "query",
      required: required.includes(name),
      schema: of,
    }));
  const who = role === "nobody" ? "Needs no session." : `Needs the role ${role}.`;
  return {
    summary: about,
    description: `${who}${confirms ? " The person must have confirmed within five minutes." : ""}`,
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^a-z]+([a-z])/gi, (_all, letter: string) => letter.toUpperCase())}`,
    ...(role === "nobody" ? { security: [] } : {}),
    parameters: [...parameters, ...inQuery],
    ...(method === "POST"
      ? { requestBody: { required: true, content: { "application/json": { schema } } } }
      : {}),
    responses: {
      200: {
        description: "The answer.",
        content:
          path === "/stream"
            ? { "text/event-stream": { schema: { type: "string" } } }
            : { "application/json": { schema: schemaOf(answer) } },
      },
      default: {
        description: "What is wrong, and what to do.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Fault" } } },
      },
    },
  };
}
