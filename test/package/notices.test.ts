// Licence texts and the bill of materials: current, complete, deterministic, and of the form that readers of CycloneDX expect.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  BUILT_IN,
  currentNotices,
  formatNotices,
  formatSbom,
  type PackageLock,
  type ProductManifest,
  shippedPackages,
} from "../../scripts/notices.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (name: string) => readFileSync(join(root, name), "utf8");
const manifest = JSON.parse(read("package.json")) as ProductManifest & {
  dependencies: Readonly<Record<string, string>>;
};
const lock = JSON.parse(read("package-lock.json")) as PackageLock;

/** The parts of bom-1.6.schema.json that this bill uses. */
const LicenseChoice = v.array(
  v.union([
    v.strictObject({ license: v.strictObject({ id: v.string() }) }),
    v.strictObject({ expression: v.string() }),
  ]),
);
const Component = v.strictObject({
  type: v.picklist(["application", "library"]),
  "bom-ref": v.pipe(v.string(), v.minLength(1)),
  name: v.string(),
  version: v.string(),
  description: v.optional(v.string()),
  scope: v.optional(v.picklist(["required", "optional", "excluded"])),
  hashes: v.optional(
    v.array(
      v.strictObject({
        alg: v.literal("SHA-512"),
        content: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)),
      }),
    ),
  ),
  licenses: LicenseChoice,
  purl: v.pipe(v.string(), v.regex(/^pkg:npm\/(?:%40[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+$/)),
});
const Bom = v.strictObject({
  $schema: v.literal("http://cyclonedx.org/schema/bom-1.6.schema.json"),
  bomFormat: v.literal("CycloneDX"),
  specVersion: v.literal("1.6"),
  serialNumber: v.pipe(
    v.string(),
    v.regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
  ),
  version: v.literal(1),
  metadata: v.strictObject({ component: Component }),
  components: v.array(Component),
  dependencies: v.array(v.strictObject({ ref: v.string(), dependsOn: v.array(v.string()) })),
});

describe("the shipped notices", () => {
  it.each(["THIRD-PARTY.md", "sbom.cdx.json"] as const)("%s is current", (name) => {
    expect(read(name), "run `npm run notices` and look at the change").toBe(currentNotices()[name]);
  });
  it("have every run-time dependency with its licence", () => {
    const names = shippedPackages(lock, BUILT_IN).map(({ name }) => name);
    const wanted = [...Object.keys(manifest.dependencies), ...BUILT_IN];
    expect(names).toEqual(expect.arrayContaining(wanted));
    for (const name of names) expect(read("THIRD-PARTY.md")).toContain(`\n## ${name} `);
  });
  it("are a CycloneDX bill whose references all lead somewhere", () => {
    const bom = v.parse(Bom, JSON.parse(read("sbom.cdx.json")));
    const references = [bom.metadata.component, ...bom.components].map((one) => one["bom-ref"]);
    expect(new Set(references).size).toBe(references.length);
    expect(bom.dependencies.map(({ ref }) => ref).sort()).toEqual([...references].sort());
    for (const { dependsOn } of bom.dependencies) {
      for (const needed of dependsOn) expect(references).toContain(needed);
    }
  });
});

describe("a made-up lock", () => {
  const entry = (version: string, dependencies = {}) => ({
    version,
    license: "MIT",
    integrity: `sha512-${Buffer.alloc(64, version).toString("base64")}`,
    dependencies,
  });
  const product = { name: "p", version: "1.0.0", description: "d", license: "Apache-2.0" };
  const nested: PackageLock = {
    packages: {
      "": { dependencies: { a: "1.0.0", "@s/b": "1.0.0" } },
      "node_modules/a": entry("1.0.0", { c: "^2.0.0" }),
      "node_modules/a/node_modules/c": entry("2.0.0", { d: "1" }),
      "node_modules/c": entry("1.0.0"),
      "node_modules/d": entry("1.0.0", { a: "1.0.0" }),
      "node_modules/@s/b": entry("1.0.0", { c: "^1.0.0" }),
      "node_modules/tool": entry("9.0.0"),
    },
  };

  it("is followed as Node follows it: nested versions, circles, nothing of development", () => {
    expect(shippedPackages(nested).map(({ name, version }) => `${name}@${version}`)).toEqual([
      "@s/b@1.0.0",
      "a@1.0.0",
      "c@2.0.0",
      "c@1.0.0",
      "d@1.0.0",
    ]);
    const bom = v.parse(Bom, JSON.parse(formatSbom(product, nested)));
    const needs = bom.dependencies.find(({ ref }) => ref === "pkg:npm/a@1.0.0");
    expect(needs?.dependsOn).toEqual(["pkg:npm/c@2.0.0"]);
    expect(bom.components[0]?.purl).toBe("pkg:npm/%40s/b@1.0.0");
  });
  it("gives the same text each time, and another number for another product", () => {
    expect(formatSbom(product, nested)).toBe(formatSbom(product, nested));
    const number = (version: string) =>
      v.parse(Bom, JSON.parse(formatSbom({ ...product, version }, nested))).serialNumber;
    expect(number("1.0.1")).not.toBe(number("1.0.0"));
  });
  it("is refused where something is not known", () => {
    const without = (change: object): PackageLock => ({
      packages: {
        "": { dependencies: { a: "1.0.0" } },
        "node_modules/a": { ...entry("1.0.0"), ...change },
      },
    });
    expect(() => shippedPackages(without({ license: undefined }))).toThrow("licence");
    expect(() => shippedPackages(without({ integrity: "sha1-x" }))).toThrow("digest");
    expect(() => shippedPackages(without({ dependencies: { z: "1" } }))).toThrow("`z`");
    expect(() => formatNotices(without({}), () => [])).toThrow("no licence text");
  });
});
