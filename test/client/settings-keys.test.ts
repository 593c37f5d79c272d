// The catalogue of settings keys against the pinned client itself: names, simple types, choices, events and tools.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { findClient } from "./client-binary.ts";
import { type DescribedKey, describedKeys, readList, readSchemaText } from "./client-text.ts";

const catalogue = loadCatalogue();
const client = await findClient();
let schema = "";
let described: readonly DescribedKey[] = [];

beforeAll(async () => {
  if (client.kind === "missing") return;
  schema = await readSchemaText(client.path);
  described = describedKeys(schema);
});

describe("the catalogue and the client", () => {
  beforeEach((context) => {
    if (client.kind === "missing") context.skip(client.reason);
  });
  const program = client.kind === "ready" ? client.path : "";
  const top = catalogue.keys.filter(({ key }) => !/[.[]/.test(key));

  it("have the same keys at the top", () => {
    const real = described.map(({ key }) => key);
    expect(real.length).toBeGreaterThan(190);
    const known = top.map(({ key }) => key);
    expect(real.filter((key) => !known.includes(key))).toEqual([]);
    // The rest stands behind switches of the program, in a form of its own.
    const others = known.filter((key) => !real.includes(key));
    expect(others.length).toBeLessThan(10);
    expect(others.filter((key) => !new RegExp(`[{,]${key}:`).test(schema))).toEqual([]);
  });
  it("have the same members below them", () => {
    const leaves = catalogue.keys.flatMap(({ key }) => (/[.[]/.test(key) ? [key] : []));
    const missing = leaves.filter((key) => {
      const leaf = key.split(/[.[\]]+/).at(-1) ?? "";
      return !new RegExp(`[{,]${leaf}:`).test(schema);
    });
    expect(leaves.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });
  it.each([
    ["boolean", "disableAllHooks"],
    ["string", "apiKeyHelper"],
    ["strings", "fallbackModel"],
  ] as const)("give the same keys the type %s", (type, sample) => {
    const head = (source: string) => /^[\w$]+\((?:[\w$]+\(\)\))?\)?/.exec(source)?.[0];
    const form = head(described.find(({ key }) => key === sample)?.source ?? "");
    const real = described.filter(({ source }) => form !== undefined && head(source) === form);
    const known = real.map(({ key }) => catalogue.keys.find((one) => one.key === key));
    expect(real.length).toBeGreaterThan(10);
    expect(known.filter((one) => one?.type !== type).map((one) => one?.key)).toEqual([]);
  });
  it("give choices the same values", () => {
    const choices = described.flatMap(({ key, source }) => {
      const list = /^U\((\[[^\]]*\])\)/.exec(source)?.[1];
      return list === undefined ? [] : [{ key, values: JSON.parse(list) as string[] }];
    });
    expect(choices.length).toBeGreaterThan(15);
    for (const { key, values } of choices)
      expect({ key, values: catalogue.keys.find((one) => one.key === key)?.values }).toEqual({
        key,
        values,
      });
  });
  it("have the same events", async () => {
    const events = await readList(
      program,
      '["PreToolUse","PostToolUse","PostToolUseFailure","PostToolBatch","Notification","UserPromptSubmit"',
    );
    expect(catalogue.events.map(({ name }) => name).sort()).toEqual([...events].sort());
  });
  it("have the same tools", async () => {
    const tools = await readList(program, '["Agent","Artifact","AskUserQuestion"');
    const known = catalogue.tools.map(({ name }) => name);
    expect(tools.filter((name) => !known.includes(name))).toEqual([]);
  });
  it("have no invented key in common", () => {
    const real = described.map(({ key }) => key);
    expect(catalogue.invented.filter(({ key }) => real.includes(key))).toEqual([]);
  });
});
