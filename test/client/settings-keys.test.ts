// The catalogue of the client against the client itself: keys with types and choices, events, tools, modes, and the names of its own file.
import { describe, expect, it, type TestContext } from "vitest";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { cataloguedClient, findClient } from "./client-binary.ts";
import { cataloguedNames, namesOf } from "./releases/compare.ts";
import { readProgramText } from "./releases/program-text.ts";
import { readFacts, type ReleaseFacts } from "./releases/release-facts.ts";

const catalogue = loadCatalogue();
const client = await findClient(undefined, cataloguedClient);
let facts: ReleaseFacts | undefined;

async function read(context: TestContext): Promise<ReleaseFacts> {
  if (client.kind === "missing") context.skip(client.reason);
  facts ??= readFacts(await readProgramText(client.path, catalogue.client));
  return facts;
}

describe("the catalogue and the client", () => {
  it("are of one version", () => {
    expect(cataloguedClient.version).toBe(catalogue.client);
  });
  it.for([
    "keys",
    "events",
    "tools",
    "modes",
    "payload_fields",
    "mod_events",
    "flags",
    "start_only",
  ] as const)("have the same %s", { timeout: 120_000 }, async (kind, context) => {
    const real = new Set(namesOf(await read(context), new Map())[kind]);
    const known = cataloguedNames(catalogue)[kind];
    expect([...real].filter((name) => !known.includes(name) && !isChoice(name))).toEqual([]);
    expect(
      known.filter((name) => !real.has(name) && !isChoice(name) && !OLD.includes(name)),
    ).toEqual([]);
  });
  it("give keys the same types, where the program says one plainly", async (context) => {
    const plain = ["boolean", "string", "strings", "integer", "enum", "object", "map"];
    const real = (await read(context)).keys.filter(
      ({ types }) => types.length === 1 && plain.includes(types[0] ?? ""),
    );
    const wrong = real.flatMap(({ key, types }) => {
      const known = [catalogue.keys.find((one) => one.key === key)?.type ?? []].flat();
      return known.some((type) => type === types[0] || NEAR[types[0] ?? ""]?.includes(type))
        ? []
        : [{ key, real: types[0], known }];
    });
    expect(real.length).toBeGreaterThan(250);
    expect(wrong).toEqual([]);
  });
  it("give choices the same values", async (context) => {
    const choices = (await read(context)).keys.filter(
      ({ key, values, types }) =>
        values !== undefined && types.join() === "enum" && key !== "permissions.defaultMode",
    );
    expect(choices.length).toBeGreaterThan(25);
    for (const { key, values } of choices) {
      const known = catalogue.keys.find((one) => one.key === key);
      if (known?.type === "enum")
        expect({ key, values: known.values?.toSorted() }).toEqual({
          key,
          values: values?.toSorted(),
        });
    }
  });
  it("have no invented key in common", async (context) => {
    const real = (await read(context)).keys.map(({ key }) => key);
    expect(catalogue.invented.filter(({ key }) => real.includes(key))).toEqual([]);
  });
});

const isChoice = (name: string) => name.includes("=");
/** What rules may name though it is no tool of this client: tools of old ones, and directories. */
const OLD = ["MultiEdit", "LS", "NotebookRead", "Cd"];
/** A list of rules is texts to the program; a choice may be written as a text, and an object as a map. */
const NEAR: Readonly<Record<string, readonly string[]>> = {
  strings: ["rules", "list"],
  string: ["enum", "any"],
  integer: ["number"],
  object: ["map"],
  map: ["object"],
  enum: ["string", "any"],
};
