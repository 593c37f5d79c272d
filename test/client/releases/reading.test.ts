// A release is read whole or not at all: the lists of a made-up program, and what is said of one that lacks a list.
import { describe, expect, it } from "vitest";
import { changesBetween, namesOf } from "./compare.ts";
import { programText } from "./program-text.ts";
import { readFacts } from "./release-facts.ts";

const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index));
const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(",");

const EVENTS = [
  "PreToolUse",
  "PostToolUse",
  "PostToolUseFailure",
  ...many(30, (at) => `Event${at}`),
];
const PARTS: Readonly<Record<string, string>> = {
  version: "// Version: 2.1.5\n",
  keys:
    'function S(e){return{$schema:()=>r().optional(),apiKeyHelper:()=>r().optional().describe("a, b) {"),' +
    'fileSuggestion:()=>u({type:P("command"),command:r()}),disableAllHooks:()=>M().optional(),cleanupPeriodDays:()=>v().int().positive(),quietHours:()=>u({start:r().regex(/^[("]$/)}),' +
    'allowedHttpHookUrls:()=>O(r()).optional(),autoUpdatesChannel:()=>U(["latest","stable"]),sandbox:()=>q(()=>Far()),' +
    `${many(260, (at) => `key${at}:()=>M()`).join(",")},...e.X&&{gated:()=>Te(r(),u({inner:M()}))}}}` +
    many(
      5,
      (at) =>
        `,h${at}=u({type:P("${["command", "http", "mcp_tool", "prompt", "agent"][at]}"),statusMessage:r(),own${at}:r()})`,
    ).join(""),
  elsewhere:
    "\n// @bun @bytecode\nvar Far=p(()=>u({enabled:M(),list:O(u({path:r()}))}));export{Far};",
  events: `\n// @bun @bytecode\nvar E=[${quoted(EVENTS)}];`,
  fields:
    "D=p(()=>u({session_id:r(),transcript_path:r(),cwd:r()}));" +
    EVENTS.map(
      (name) => `p(()=>D().and(u({hook_event_name:P("${name}"),field_of_${name}:r()})));`,
    ).join(""),
  tools: `T=["Agent","Artifact","AskUserQuestion",${quoted(many(40, (at) => `Tool${at}`))}];`,
  modes: 'M0=["acceptEdits","auto","bypassPermissions","default","dontAsk","plan"];',
  modEvents: `N=E.map((e)=>e);O0=[${quoted(many(90, (at) => `op.n${at}`))}];A=[...N,"tool.call","tool.check",...O0];`,
  flags: many(70, (at) => `.option("--flag-${at} <x>","")`).join(""),
  variables: `eo(Y,{CLAUDE_CODE_A:()=>a,${many(1100, (at) => `NAME_${at}:()=>b`).join(",")}});not({MINE_ONE:()=>a,MINE_TWO:()=>b});`,
  startOnly: `;more=["FROM_LIST"],one="FROM_TEXT";S0=new Set([one,...more,...xe.flatMap((e)=>e.names),${quoted(many(160, (at) => `START_${at}`))},"CLAUDE_CODE_MODEL_CATALOG_URL","CLAUDE_CODE_MODEL_CATALOG"]),P0=["CLAUDE_AX_",...xe.flatMap((e)=>e.prefixes)];`,
};
const program = (without?: string) =>
  Object.entries(PARTS)
    .map(([part, text]) => (part === without ? "" : text))
    .join("");

describe("a program", () => {
  const facts = readFacts(programText(program(), "2.1.5"));
  const key = (name: string) => facts.keys.find((one) => one.key === name);

  it("tells its keys with their types, below objects, lists, maps and in other pieces", () => {
    expect(key("apiKeyHelper")?.types).toEqual(["string"]);
    expect(key("cleanupPeriodDays")?.types).toEqual(["integer"]);
    expect(key("autoUpdatesChannel")).toMatchObject({
      types: ["enum"],
      values: ["latest", "stable"],
    });
    for (const name of [
      "quietHours.start",
      "sandbox.enabled",
      "sandbox.list[].path",
      "gated.*.inner",
    ])
      expect(facts.keys.map((one) => one.key)).toContain(name);
    expect(key("hooks.*[].hooks[].own3")).toBeDefined();
  });
  it("tells its other lists, with what they name elsewhere", () => {
    expect(facts.events).toEqual(EVENTS);
    expect(facts.fields.get("PreToolUse")).toEqual(["field_of_PreToolUse"]);
    expect(facts.fields.get("*")).toEqual(["session_id", "transcript_path", "cwd"]);
    expect(facts.modEvents).toContain("classic.PreToolUse");
    expect(facts.modEvents).toContain("op.n3");
    expect(facts.flags).toContain("--flag-7");
    expect(facts.variables).toContain("NAME_9");
    expect(facts.variables).not.toContain("MINE_ONE");
    for (const name of ["FROM_LIST", "FROM_TEXT", "START_4", "CLAUDE_AX_*"])
      expect(facts.startOnly).toContain(name);
  });
  it("differs from another by names that came and went", () => {
    const older = namesOf(facts, new Map([["Bash", ["command"]]]));
    const newer = namesOf(
      { ...facts, events: [...facts.events.slice(1), "PreSkillShellCommand"] },
      new Map([["Bash", ["command", "shell"]]]),
    );
    expect(changesBetween(older, newer)).toEqual([
      { names: "events", new: ["PreSkillShellCommand"], gone: ["PreToolUse"] },
      { names: "tool_fields", new: ["Bash.shell"], gone: [] },
    ]);
    expect(changesBetween(older, older)).toEqual([]);
  });
});

describe("a program that is not read", () => {
  it.each([
    ["keys", /keys of settings were not read: the schema of settings is not in the program/],
    ["events", /hook events were not read/],
    ["fields", /fields of payloads were not read/],
    ["tools", /tools were not read/],
    ["modes", /permission modes were not read/],
    ["modEvents", /events of mods were not read/],
    ["flags", /has 0 flags of the command line, 60 at least/],
    ["variables", /has 0 environment variables, 1000 at least/],
    ["startOnly", /variables that count only from where the client is started were not read/],
  ])("without its %s is an error that says which list", (part, words) => {
    expect(() => readFacts(programText(program(part), "2.1.5"))).toThrow(words);
  });
  it("of another version is an error that names both", () => {
    expect(() => programText(program(), "2.1.6")).toThrow("says that it is 2.1.5, not 2.1.6");
    expect(() => programText(program("version"), "2.1.5")).toThrow("no version");
  });
  it("of which a part of a list is computed otherwise is an error, no shorter list", () => {
    const text = program().replace("...more,", "...compute(),");
    expect(() => readFacts(programText(text, "2.1.5"))).toThrow("a part of the list is not read");
  });
});
