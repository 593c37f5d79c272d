// What text filters make of known text, held against the programs themselves.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { CommandModel, ModelContext } from "#guard/effects/model/command-model.ts";
import { parseInvocation } from "#guard/effects/model/parse-invocation.ts";
import { findCommand } from "#guard/effects/commands/index.ts";
import { binaryOf } from "#guard/shell/values/bytes.ts";
import { known, literal } from "#guard/shell/values/text.ts";

const TEXTS = ["a", "abc def\nghi  jkl\n", "x:b:c\n\n  lead a+b.c\n:last"];
const CALLS: readonly (readonly string[])[] = [
  ["sed", "s/a/b/g"],
  ["sed", "s/.$//;s/^/q /"],
  ["sed", "-E", "s/[^a-c]/<&>/"],
  ["sed", "s/+/P/;y/abc/xyz/"],
  ["awk", "{print}"],
  ["awk", '{print $2, $1 "-"}'],
  ["awk", "-F:", "{print $1$3}"],
  ["fold", "-w", "3"],
  ["paste", "-sd", ""],
  ["paste", "-s", "-d", "\\n,"],
  ["cut", "-c2-4,1"],
  ["cut", "-d:", "-f1,3-"],
  ["tac"],
  ["nl"],
  ["nl", "-ba", "-s;", "-w1"],
  ["nl", "-nrz", "-w3", "-v7", "-i2", "-bt"],
  ["nl", "-bn", "-nln"],
  ["xxd", "-p"],
  ["base64", "-w", "5"],
  ["base32"],
  ["basenc", "--base16"],
];

describe("known text", () => {
  it.for(CALLS.map((call) => ({ call, name: call.join(" ") })))(
    "through $name",
    ({ call, ...test }, { skip }) => {
      const [name = "", ...words] = call;
      const model = findCommand(name);
      if (model === undefined) throw new Error(`no model of ${name}`);
      for (const text of TEXTS) {
        const real = spawnSync(name, words, {
          input: text,
          env: { PATH: process.env["PATH"], LC_ALL: "C" },
        });
        skip(real.error !== undefined, `\`${name}\` is not installed`);
        expect(real.status, test.name).toBe(0);
        expect(outputOf(model, name, words, text), test.name).toBe(real.stdout.toString("latin1"));
      }
    },
  );
  it.each([
    ["sed", "s/a*/b/"],
    ["sed", "-n", "s/a/b/"],
    ["sed", "s/a/b/;d"],
    ["sed", "s/a\\|b/c/"],
    ["sed", "-E", "s/a+/b/"],
    ["awk", "{print toupper($1)}"],
    ["awk", "-v", "OFS=x", "{print $1,$2}"],
    ["awk", "$1 == 2 {print}"],
    ["cut", "-c0"],
    ["cut", "-c3-2"],
    ["fold", "-s"],
    ["paste", "-sd", "\\x"],
    ["nl", "-p"],
    ["nl", "-bpa"],
  ])("is not followed through %s %s", (name, ...words) => {
    const model = findCommand(name);
    expect(model).toBeDefined();
    if (model !== undefined) expect(outputOf(model, name, words, "abc\n")).toBeUndefined();
  });
});

const DOCUMENT = '{"c":"rm -r x","a":[{"b":"é\\n"},"z"],"n":[114,109],"one":{"k":"v"}}\n';

describe("a known document", () => {
  it.for([
    ["jq", "-r", ".c"],
    ["jq", ".c"],
    ["jq", "-r", '.a[0]["b"]'],
    ["jq", "-r", ".a[-1]"],
    ["jq", "-rj", ".one[] | ."],
    ["jq", "-r", ".n | implode"],
    ["jq", "-r", ".a | .[1]"],
    ["jq", "--raw-output", '."one"."k"'],
  ])("through %s %s %s", ([name = "", ...words], { skip }) => {
    const real = spawnSync(name, words, { input: DOCUMENT });
    skip(real.error !== undefined, `\`${name}\` is not installed`);
    const model = findCommand(name);
    const output = model === undefined ? undefined : outputOf(model, name, words, DOCUMENT);
    expect(output).toBe(real.stdout.toString("latin1"));
  });
  it.each(["keys[0]", ".a[]", ".missing", "..", ".c, .c", "env.HOME", ".n[0]"])(
    "is not followed through %s",
    (filter) => {
      const model = findCommand("jq");
      expect(model).toBeDefined();
      if (model !== undefined)
        expect(outputOf(model, "jq", ["-r", filter], DOCUMENT)).toBeUndefined();
    },
  );
});

/** The one output that a model gives for known input, byte by byte; undefined where it is not known. */
function outputOf(
  model: CommandModel,
  name: string,
  words: readonly string[],
  input: string,
): string | undefined {
  const invocation = parseInvocation(model, name, words.map(literal), known(input));
  // These calls ask nothing of the world.
  const context: Partial<ModelContext> = { contentOf: () => known("") };
  const found = model.effects(invocation, context as ModelContext);
  const texts = found.flatMap((one) => (one.kind === "output" ? one.texts : []));
  return texts.length === 1 ? binaryOf(texts[0] ?? []) : undefined;
}
