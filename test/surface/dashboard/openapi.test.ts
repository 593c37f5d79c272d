// The shipped description of the API is what the table says, and a valid one in its form.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { ENDPOINTS } from "../../../src/surface/dashboard/api/endpoints.ts";
import { describeApi, namesIn } from "./openapi.ts";

const FILE = fileURLToPath(new URL("../../../docs/reference/dashboard-api.json", import.meta.url));
const text = `${JSON.stringify(describeApi("1"), undefined, 1)}\n`;

describe("the description of the API", () => {
  it("is what the table says; UPDATE=1 writes it anew", () => {
    if (process.env["UPDATE"] === "1") writeFileSync(FILE, text);
    expect(readFileSync(FILE, "utf8")).toBe(text);
  });
  it("has every endpoint once, under a name of its own", () => {
    const keys = ENDPOINTS.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(keys).size).toBe(keys.length);
    const { paths } = describeApi("1");
    const ids = Object.values(paths).flatMap((one) =>
      Object.values(one).map((operation) => (operation as { operationId: string }).operationId),
    );
    expect(new Set(ids).size).toBe(keys.length);
  });
  it.each(ENDPOINTS.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "%s says what it is for, and names what its path holds",
    (_name, { about, path, input, method, role, confirms }) => {
      expect(about).toMatch(/^[A-Z].*\.$/);
      const { paths } = describeApi("1");
      const operation = paths[path.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()] as {
        parameters: { name: string; in: string; schema: object }[];
        responses: { 200: { content: Record<string, { schema: object }> } };
      };
      expect(
        operation.parameters.filter((one) => one.in === "path").map(({ name }) => name),
      ).toEqual(namesIn(path));
      const ajv = new Ajv2020({ strict: false });
      for (const { schema } of operation.parameters) ajv.compile(schema);
      for (const { schema } of Object.values(operation.responses[200].content)) ajv.compile(schema);
      expect(input.type).toMatch(/^(?:strict_object|union|variant)$/);
      // What approves or loosens is never open to those who only look.
      if (confirms) expect(["responder", "approver", "administrator"]).toContain(role);
    },
  );
});
