// The catalogue of the client: whole, consistent with itself and with what else we know, and told by its page.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { redirectionOf } from "#base/redirecting-variables.ts";
import { buildInsertion, EVENT_SINCE } from "#govern/settings/hook-entries.ts";
import { CATALOGUE_FIELDS, parseCataloguePart } from "#govern/settings/catalogue.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { isBefore } from "#base/version-order.ts";
import { UNDESCRIBED } from "../../client/releases/catalogue-edit.ts";
import { versionsPage } from "../../client/releases/versions-page.ts";
import { heldPage } from "../reference-page.ts";
import { buildPage } from "./catalogue-page.ts";

const catalogue = loadCatalogue();
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
const keys = catalogue.keys.map(({ key }) => key);

const target = {
  port: 1,
  token: "t",
  caBundlePath: "/ca",
  commandPath: "/bin/sallyport",
  lockFile: "/lock",
};

describe("the catalogue", () => {
  it("speaks of one version of the client, and lists every kind of thing", () => {
    expect(new Set(catalogue.parts.map(({ client }) => client)).size).toBe(1);
    for (const list of [catalogue.keys, catalogue.invented, catalogue.variables, catalogue.events])
      expect(list.length).toBeGreaterThan(20);
    expect(catalogue.events).toHaveLength(34);
  });
  it("describes every name that it describes at all", () => {
    const whole = JSON.stringify(catalogue);
    expect(whole).not.toContain(UNDESCRIBED);
  });
  it("has the names of 2.1.329 to 2.1.333, each with the release that brought it", () => {
    const since = (
      list: readonly { readonly name: string; readonly since?: string | undefined }[],
      name: string,
    ) => list.find((one) => one.name === name)?.since;
    expect(since(catalogue.events, "PreSkillShellCommand")).toBe("2.1.332");
    expect(since(catalogue.mod_events, "vcs.diff")).toBe("2.1.330");
    expect(since(catalogue.mod_events, "ui.tip")).toBe("2.1.332");
    expect(since(catalogue.mod_events, "fs.rename")).toBe("2.1.333");
    expect(since(catalogue.payload_fields, "PermissionRequest.mcp_skill")).toBe("2.1.330");
    expect(since(catalogue.start_only, "CLAUDE_CODE_DISABLE_REDIRECT_CHECK")).toBe("2.1.331");
    for (const [key, version] of [
      ["permissions.workingDirectoriesExclude", "2.1.329"],
      ["disableDirectMcpSkills", "2.1.330"],
      ["modelCatalogUrl", "2.1.331"],
    ])
      expect([key, catalogue.keys.find((one) => one.key === key)?.since]).toEqual([key, version]);
  });
  it("has releases in order, the newest of which it speaks of", () => {
    const versions = catalogue.releases.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => (isBefore(a, b) ? -1 : 1)));
    expect(versions.at(-1)).toBe(catalogue.client);
  });
  it("is what the page of releases says", () => {
    const page = versionsPage(catalogue);
    expect(heldPage("client-versions", page)).toBe(page);
  });
  it("names nothing twice, and nothing both real and invented", () => {
    for (const list of [
      [...keys, ...catalogue.invented.map(({ key }) => key)],
      names([...catalogue.variables, ...catalogue.invented_variables]),
      names(catalogue.events),
      names(catalogue.start_only),
      names(catalogue.mod_events),
      names(catalogue.flags),
      names([...catalogue.tools, ...catalogue.renamed]),
    ]) {
      expect(list.filter((name, index) => list.indexOf(name) !== index)).toEqual([]);
    }
  });
  it("names real keys as the equivalents of invented ones", () => {
    const named = catalogue.invented.flatMap(({ real }) => real);
    expect(named.filter((key) => !keys.includes(key))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });
  it("has what is around each key, and values exactly for choices", () => {
    const orphans = keys.filter((key) => {
      const around = key.replace(/(?:\[\])?\.[^.]+$/, "").replace(/\.\*$|\[\]$/, "");
      return around !== key && !keys.includes(around);
    });
    expect(orphans).toEqual([]);
    const odd = catalogue.keys.filter(
      ({ type, values }) => (type === "enum") !== (values !== undefined),
    );
    expect(odd).toEqual([]);
  });
  it("has a strict value that the key can take", () => {
    const wrong = catalogue.keys.filter(({ type, values, strictest }) => {
      if (strictest === undefined) return false;
      if (type === "enum") return values?.includes(String(strictest)) !== true;
      return typeof strictest !== "boolean" || ![type].flat().includes("boolean");
    });
    expect(wrong).toEqual([]);
  });
  it("says of tools only what other tools cover", () => {
    const tools = names(catalogue.tools);
    const real = catalogue.tools.flatMap((tool) => tool.real ?? []);
    expect(
      [...real, ...catalogue.renamed.map(({ to }) => to)].filter((to) => !tools.includes(to)),
    ).toEqual([]);
  });
  it.each(["BASH_ENV", "NODE_OPTIONS", "LD_PRELOAD", "PATH", "GIT_CONFIG_COUNT", "HTTPS_PROXY"])(
    "calls %s what the guard calls it",
    (name) => {
      const words = { "runs-code": "runs-code", "redirects-trust": "redirects" } as const;
      const redirection = redirectionOf(name, "x");
      const known = catalogue.variables.find((variable) => variable.name === name);
      expect(known?.security).toBe(redirection && words[redirection]);
    },
  );
  it.each([
    ["X.6", "permissionMode"],
    ["X.28", "managedSettings"],
    ["X.33", "sandbox.mode"],
    ["X.33", "sandbox.allowedPaths"],
    ["X.33", "sandbox.blockedPaths"],
    ["X.33", "sandbox.networkAccess"],
    ["X.33", "sandbox.processIsolation"],
    ["X.10", "sandbox.maxFileSize"],
    ["X.10", "sandbox.maxFiles"],
    ["X.33", "sandbox.platform"],
    ["X.10", "fileSystem"],
    ["X.37", "network"],
    ["X.10", "audit"],
    ["X.10", "dataHandling"],
    ["X.10", "encryption"],
    ["X.10", "incidentResponse"],
    ["X.10", "alerts"],
    ["X.36", "auth"],
    ["X.11", "dataRetention"],
    ["X.44", "zeroDataRetention"],
    ["X.55", "hooks.*[].tool"],
    ["X.55", "hooks.*[].command"],
    ["X.2", "hooks.*[].onFailure"],
  ])("M15.12, appendix K: %s, `%s` is known as invented", (item, key) => {
    expect(catalogue.invented.find((one) => one.key === key)?.item).toBe(item);
  });
  it("knows every event that our own hooks are called for", () => {
    const { hooks, env } = buildInsertion(target, () => undefined);
    const events = hooks.map(({ event }) => event);
    expect(events.filter((event) => !names(catalogue.events).includes(event))).toEqual([]);
    const variables = env.map(({ name }) => name);
    expect(variables.filter((name) => !names(catalogue.variables).includes(name))).toEqual([]);
    const members = new Set(hooks.flatMap(({ handler }) => Object.keys(handler)));
    expect([...members].filter((name) => !keys.includes(`hooks.*[].hooks[].${name}`))).toEqual([]);
  });
  it("says of each event of ours since when it is known, as the hooks are written by it", () => {
    const { hooks } = buildInsertion(
      { ...target, clientVersion: catalogue.client },
      () => undefined,
    );
    const ours = new Set(hooks.map(({ event }) => event));
    const later = catalogue.events.filter(
      ({ name, since }) => since !== undefined && ours.has(name),
    );
    expect(Object.fromEntries(later.map(({ name, since }) => [name, since]))).toEqual(EVENT_SINCE);
  });
  it("is what its page says", () => {
    const page = buildPage(catalogue);
    expect(heldPage("settings-keys", page)).toBe(page);
  });
});

describe("its schema", () => {
  it("has the members that the loader takes", () => {
    type Schema = { properties: Record<string, { items?: { properties?: object } }> };
    const url = new URL("../../../data/schema/client.schema.json", import.meta.url);
    const { properties } = JSON.parse(readFileSync(url, "utf8")) as Schema;
    expect(Object.keys(properties).sort()).toEqual([...CATALOGUE_FIELDS.part].sort());
    for (const [list, fields] of Object.entries(CATALOGUE_FIELDS)) {
      if (list === "part") continue;
      expect(Object.keys(properties[list]?.items?.properties ?? {}).sort()).toEqual(
        [...fields].sort(),
      );
    }
  });
});

describe("faults of a file are found where they stand", () => {
  const head = "id: x\ntitle: x\ndescription: x\nclient: 1.2.3\n";
  it.each([
    ["an unknown member", `${head}keys:\n  - { key: a, type: string, does: x, more: 1 }\n`],
    ["an unknown type", `${head}keys:\n  - { key: a, type: text, does: x }\n`],
    ["an unknown layer", `${head}keys:\n  - { key: a, type: string, does: x, layers: [team] }\n`],
    ["no meaning", `${head}keys:\n  - { key: a, type: string }\n`],
    ["a version that is none", head.replace("1.2.3", "latest")],
  ])("%s", (_, source) => {
    expect(() => parseCataloguePart(source, "x.yaml")).toThrow(
      expect.objectContaining({
        code: "catalogue-invalid",
        at: expect.objectContaining({ file: "x.yaml" }),
      }),
    );
  });
});
