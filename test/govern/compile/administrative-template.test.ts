// The administrative template for Windows against the schema of its format, and damaged ones that the schema must refuse.
import { spawnSync } from "node:child_process";
import { describe, expect, test, type TestContext } from "vitest";
import { compiledFor, SITE_TEXT, siteOf, textOf } from "./compiled.ts";

const SCHEMA = new URL("administrative-template.xsd", import.meta.url).pathname;
const hasXml = spawnSync("xmllint", ["--version"]).status === 0;
const compiled = compiledFor({ scope: "managed", platform: "windows" }, siteOf(SITE_TEXT));
const admx = textOf(compiled, "ClaudeCode.admx");
const adml = textOf(compiled, "en-US/ClaudeCode.adml");

/** What the schema, and then the references between the two files, find wrong. */
function faultsIn(template: string, words: string): readonly string[] {
  const schema = [template, words].flatMap((input) => {
    const args = ["--noout", "--schema", SCHEMA, "-"];
    const { status, stderr } = spawnSync("xmllint", args, { input, encoding: "utf8" });
    return status === 0 ? [] : [stderr];
  });
  return [...schema, ...faultsBetween(template, words)];
}

/** What refers from one file to what the other does not have, and words that are older than the template asks for. */
function faultsBetween(template: string, words: string): readonly string[] {
  const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, one]) => one);
  const missing = (what: string, refs: readonly unknown[], there: readonly unknown[]) =>
    refs.filter((ref) => !there.includes(ref)).map((ref) => `no ${what} ${String(ref)}`);
  const elements = all(template, /<text id="(\w+)"/g);
  const boxes = all(words, /<textBox refId="(\w+)"/g);
  const [asked] = all(template, /minRequiredRevision="([\d.]+)"/g);
  const [has] = all(words, /<policyDefinitionResources [^>]*\brevision="([\d.]+)"/g);
  return [
    ...missing("string", all(template, /\$\(string\.(\w+)\)/g), all(words, /<string id="(\w+)">/g)),
    ...missing(
      "presentation",
      all(template, /\$\(presentation\.(\w+)\)/g),
      all(words, /<presentation id="(\w+)">/g),
    ),
    ...missing("element", boxes, elements),
    ...missing("box for element", elements, boxes),
    ...(Number(has) >= Number(asked) ? [] : ["the words are older than the template asks for"]),
  ];
}

const needXml = (ctx: TestContext) => {
  if (!hasXml) ctx.skip("xmllint is not installed");
};

describe("what is compiled", () => {
  test("template and words are valid, and refer to each other", (ctx) => {
    needXml(ctx);
    expect(faultsIn(admx, adml)).toEqual([]);
  });
  test("also with an identifier and an organization of strange characters", (ctx) => {
    needXml(ctx);
    const strange = compiledFor(
      { scope: "managed", platform: "windows" },
      siteOf(`organization: "]]> & <é> '\\""\nidentifier: org.example-2.x\n`),
    );
    const parts = ["ClaudeCode.admx", "en-US/ClaudeCode.adml"].map((name) => textOf(strange, name));
    expect(faultsIn(parts[0] ?? "", parts[1] ?? "")).toEqual([]);
  });
});

/** One change each: what is replaced in the template or the words, and what of the finding tells it. */
const DAMAGED: readonly (readonly ["admx" | "adml", string | RegExp, string, string])[] = [
  ["admx", "2006/07/PolicyDefinitions", "2006/07/Policies", "No matching global declaration"],
  ["admx", 'revision="1.0"', "", "revision"],
  ["admx", 'schemaVersion="1.0"', 'schemaVersion="one"', "schemaVersion"],
  ["admx", /<policyNamespaces>[^]*<\/policyNamespaces>/, "", "policyNamespaces"],
  ["admx", /<target [^>]*\/>/, "", "target"],
  ["admx", 'prefix="claudecode"', 'prefix=""', "prefix"],
  ["admx", /<resources [^>]*\/>/, "", "resources"],
  ["admx", 'minRequiredRevision="1.0"', "", "minRequiredRevision"],
  ["admx", /<categories>[^]*<\/categories>/, "", "categories"],
  ["admx", '<parentCategory ref="ClaudeCode"', '<parentCategory ref="Other"', "categoryRefs"],
  ["admx", '<supportedOn ref="Client"', '<supportedOn ref="Other"', "definitionRefs"],
  ["admx", /\s*<supportedOn ref="Client"\/>/, "", "supportedOn"],
  ["admx", 'class="Machine"', 'class="Computer"', "class"],
  ["admx", 'key="SOFTWARE', 'key="\\SOFTWARE', "key"],
  ["admx", / key="[^"]*"/, "", "key"],
  ["admx", /displayName="\$\(string\.Settings\)"/, 'displayName="Settings"', "displayName"],
  ["admx", '<text id="Settings"', "<text", "id"],
  ["admx", 'valueName="Settings" required', "required", "valueName"],
  ["admx", /maxLength="\d+"/, 'maxLength="-1"', "maxLength"],
  ["admx", /<text [^>]*\/>/, "<memo/>", "memo"],
  ["admx", /<elements>[^]*<\/elements>/, "", "elements"],
  ["admx", "</policyDefinitions>", "", "Premature end"],
  ["adml", /<displayName>[^]*?<\/displayName>/, "", "displayName"],
  ["adml", /<stringTable>[^]*<\/stringTable>/, "", "stringTable"],
  ["adml", 'id="SettingsHelp"', 'id="Settings"', "stringIds"],
  ["adml", 'id="SettingsHelp"', 'id="Help"', "no string SettingsHelp"],
  ["adml", '<presentation id="Settings"', '<presentation id="Other"', "no presentation Settings"],
  ["adml", 'refId="Settings"', 'refId="Other"', "no element Other"],
  ["adml", /<label>[^]*<\/label>/, "", "label"],
  ["adml", 'revision="1.0"', 'revision="0.9"', "older"],
];

describe("what is damaged", () => {
  test("every one is refused, with the place of the fault", (ctx) => {
    needXml(ctx);
    for (const [which, from, to, told] of DAMAGED) {
      const change = (text: string) => text.replace(from, () => to);
      const [template, words] = which === "admx" ? [change(admx), adml] : [admx, change(adml)];
      expect([from, template === admx && words === adml]).toEqual([from, false]);
      expect(faultsIn(template, words).join("\n"), `${which}: ${String(from)}`).toContain(told);
    }
  });
});
