// What a release changes in the files of the catalogue: new names with their release, gone ones with the last that had them.
import { describe, expect, it } from "vitest";
import { joinCatalogue, parseCataloguePart } from "#govern/settings/catalogue.ts";
import { type CatalogueFiles, enterRelease, releasesFile, UNDESCRIBED } from "./catalogue-edit.ts";
import { KINDS, type ReleaseNames } from "./compare.ts";
import type { ReleaseFacts } from "./release-facts.ts";

const head = (id: string) => `id: ${id}\ntitle: t\ndescription: d\nclient: 2.1.1\n`;
const FILES: CatalogueFiles = new Map([
  [
    "settings-keys.yaml",
    `${head("settings-keys")}keys:\n  - key: a\n    type: object\n    does: A.\n  - key: a.kept\n    type: enum\n    values: [x, y]\n    does: Kept.\n  - key: last\n    type: string\n    does: Last.\n`,
  ],
  [
    "hook-keys.yaml",
    `${head("hook-keys")}events:\n  - name: Old\n    blocks: false\n    does: Old.\n`,
  ],
  ["tools.yaml", `${head("tools")}tools:\n  - name: Bash\n    bracket: command\n`],
  ["variables.yaml", `${head("variables")}variables:\n  - name: GOES\n    does: Goes.\n`],
]);
const catalogueOf = (files: CatalogueFiles) =>
  joinCatalogue([...files].map(([name, text]) => parseCataloguePart(text, name)));
const names = (given: Partial<ReleaseNames>): ReleaseNames => ({
  ...(Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as ReleaseNames),
  ...given,
});
const OLDER = {
  version: "2.1.1",
  names: names({
    keys: ["a", "a.kept", "a.kept=x", "a.kept=y", "last"],
    events: ["Old"],
    tools: ["Bash"],
    flags: ["--old", "--both"],
    variables: ["GOES"],
  }),
};
const NEWER = names({
  keys: ["a", "a.kept", "a.kept=x", "a.kept=z", "a.fresh", "last"],
  events: ["Fresh"],
  tools: ["Bash"],
  flags: ["--both", "--fresh"],
  variables: [],
});
const facts = (version: string): ReleaseFacts => ({
  version,
  keys: [
    { key: "a", types: ["object"] },
    { key: "a.kept", types: ["enum"], values: ["x", "z"] },
    { key: "a.fresh", types: ["boolean"] },
    { key: "last", types: ["string"] },
  ],
  events: NEWER.events,
  fields: new Map(),
  tools: NEWER.tools,
  modes: [],
  modEvents: [],
  flags: NEWER.flags,
  variables: [],
  startOnly: [],
});
const entered = (version = "2.1.2") =>
  enterRelease(FILES, catalogueOf(FILES), { facts: facts(version), names: NEWER, older: OLDER });

describe("a newer release", () => {
  const after = catalogueOf(entered());
  it("brings what is new, each with the release, to be described", () => {
    expect(after.keys.map(({ key }) => key)).toEqual(["a", "a.kept", "a.fresh", "last"]);
    expect(after.keys[2]).toMatchObject({ type: "boolean", since: "2.1.2", does: UNDESCRIBED });
    expect(after.events[1]).toMatchObject({ name: "Fresh", since: "2.1.2", does: UNDESCRIBED });
    expect(after.flags.find(({ name }) => name === "--fresh")?.since).toBe("2.1.2");
  });
  it("keeps what is gone, with the last release that has it", () => {
    expect(after.events[0]).toMatchObject({ name: "Old", until: "2.1.1" });
    expect(after.variables[0]).toMatchObject({ name: "GOES", until: "2.1.1" });
  });
  it("changes choices that came and went, and the version of every file", () => {
    expect(after.keys[1]?.values).toEqual(["x", "z"]);
    expect(new Set(after.parts.map(({ client }) => client))).toEqual(new Set(["2.1.2"]));
  });
  it("changes nothing more when it is entered again", () => {
    const once = entered();
    const again = { facts: facts("2.1.2"), names: NEWER, older: OLDER };
    expect([...enterRelease(once, catalogueOf(once), again)]).toEqual([...once]);
  });
});

describe("a release that is not newer", () => {
  it("changes no file", () => {
    expect([...entered("2.1.0")]).toEqual([...FILES]);
  });
  it("says nothing of since when there is nothing to compare with", () => {
    const alone = enterRelease(FILES, catalogueOf(FILES), {
      facts: facts("2.1.2"),
      names: NEWER,
      older: undefined,
    });
    const { keys, flags } = catalogueOf(alone);
    expect(keys.find(({ key }) => key === "a.fresh")?.since).toBeUndefined();
    expect(flags.find(({ name }) => name === "--fresh")?.since).toBeUndefined();
  });
});

describe("the file of releases", () => {
  it("is read again, in the order of versions", () => {
    const one = (version: string) => ({
      version,
      read: "2026-11-27",
      seconds: 1,
      proof: [],
      changed: [],
    });
    const text = releasesFile([one("2.1.10"), one("2.1.9")], "2.1.10");
    const part = parseCataloguePart(text, "releases.yaml");
    expect(part.releases.map(({ version }) => version)).toEqual(["2.1.9", "2.1.10"]);
  });
});
