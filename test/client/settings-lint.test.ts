// What lint says of a file against what the real client makes of it: is its deny rule in force, or is the file void?
import { describe, expect, it, type TestContext } from "vitest";
import { CLIENT_BYTES_MAX } from "#govern/settings/lint/file.ts";
import { lintText } from "../govern/settings/lint/lint-text.ts";
import { bash, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";

const DENY = '"permissions":{"deny":["Bash(touch:*)"]}';
const withMore = (more: string) => `{${DENY},${more}}`;
const hook = (event: string, entry: object) =>
  withMore(`"hooks":${JSON.stringify({ [event]: [{ matcher: "Write", hooks: [entry] }] })}`);
const ofSize = (bytes: number) => {
  const frame = withMore('"companyAnnouncements":[""]').length;
  return withMore(`"companyAnnouncements":["${"a".repeat(bytes - frame)}"]`);
};

/** Findings that say: this file is void, or this rule holds nothing. */
const VOID = [
  ...["json/syntax", "json/comment", "json/trailing-comma", "json/not-an-object", "file/empty"],
  ...["file/too-large", "value/wrong-type", "hook/voids-file"],
];
const IDLE = [
  ...["rule/malformed", "rule/spaces", "rule/unknown-tool", "rule/prefix-misplaced"],
  ...["rule/star-before-prefix", "rule/alternation"],
];

/** Whether `touch` is refused under a project's settings where the person's own allow it. */
async function isDenied(project: string, context: TestContext): Promise<boolean> {
  const reason = await whyMissing(["client"]);
  if (reason !== undefined) context.skip(reason);
  const run = await runClient({
    turns: [bash("touch ran")],
    settings: { project, user: { permissions: { allow: ["Bash"] } } },
  });
  return run.wasDenied(toolUseId(0));
}

describe("a file is in force exactly where lint finds nothing that voids it", () => {
  const files: readonly (readonly [string, string])[] = [
    ["as it should be", `{${DENY}}`],
    ["with a byte order mark", `\uFEFF{${DENY}}`],
    ["with an unknown key", withMore('"zeroDataRetention":true')],
    ["with a comment", `{\n// why\n${DENY}}`],
    ["with a comma at the end", `{${DENY},}`],
    ["with a text for a number", withMore('"cleanupPeriodDays":"30"')],
    ["with a text for a boolean", withMore('"disableAllHooks":"false"')],
    ["with an unknown mode", '{"permissions":{"deny":["Bash(touch:*)"],"defaultMode":"ask"}}'],
    ["with a wrong value that is only dropped", withMore('"effortLevel":"most"')],
    ["with a guard of an unknown kind", hook("PreToolUse", { type: "nope" })],
    ["with another hook of an unknown kind", hook("PostToolUse", { type: "nope" })],
    ["with hooks of an unknown event", hook("BeforeTool", { type: "command", command: "true" })],
    ["of the largest size", ofSize(CLIENT_BYTES_MAX)],
    ["of one byte more", ofSize(CLIENT_BYTES_MAX + 1)],
  ];
  for (const [name, text] of files) {
    it(name, async (context) => {
      const isVoid = lintText(text).some(({ id }) => VOID.includes(id));
      expect(await isDenied(text, context)).toBe(!isVoid);
    });
  }
});

describe("a rule holds something exactly where lint does not say that it matches nothing", () => {
  const rules = [
    "Bash(touch:*)",
    "bash(touch:*)",
    " Bash(touch:*)",
    "Bash()",
    "Bash(touch :*)",
    "Bash(to*ch:*)",
    "Bash(touch:* -p)",
    "Bash(curl|touch:*)",
  ];
  for (const rule of rules) {
    it(`\`${rule}\``, async (context) => {
      const text = JSON.stringify({ permissions: { deny: [rule] } });
      const isIdle = lintText(text).some(({ id }) => IDLE.includes(id));
      expect(await isDenied(text, context)).toBe(!isIdle);
    });
  }
});
