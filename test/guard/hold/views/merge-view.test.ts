// What is written over a view: the change alone reaches the text, true values stay, and no way of writing shows one.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stream } from "#guard/hold/views/disguise.ts";
import { mergeView } from "#guard/hold/views/merge-view.ts";
import { viewOf } from "#guard/hold/views/view.ts";

const streamOf =
  (key: string): Stream =>
  (value, count) =>
    Uint8Array.from({ length: count }, (_, at) =>
      createHash("sha256").update(`${key}${at}:${value}`).digest().readUInt8(0),
    );
const [stream, other] = [streamOf("one"), streamOf("other")];

const KEY = ["sk", "live", "51CanaryHqLyjWDarjtT1zdp"].join("_");
const TEXT = `# of this machine
DEBUG=0
PORT=3000
TOKEN=canary-hunter2-of-ada
export STRIPE_KEY="${KEY}" # of the shop
URL=postgres://ada:canarypw99@localhost:5432/shop
PIN=4711
`;

async function written(text: string, change: (view: string) => string, name = ".env") {
  const path = `/p/${name}`;
  const view = (await viewOf(path, text, { stream })) ?? "";
  expect(view).not.toMatch(/canary/i);
  return await mergeView({ path, text, view, written: change(view), stream: other });
}
const merged = async (text: string, change: (view: string) => string, name?: string) => {
  const result = await written(text, change, name);
  return result.kind === "merged" ? result.text : `refused: ${result.why}`;
};

describe("a change of a view", () => {
  it.each<readonly [string, (text: string) => string]>([
    ["nothing", (text) => text],
    ["an open value", (text) => text.replace("DEBUG=0", "DEBUG=1")],
    ["a new line", (text) => `${text}NEW=1\n`],
    ["a line less", (text) => text.replace(/PORT=.*\n/, "")],
    ["a secret line less", (text) => text.replace(/TOKEN=.*\n/, "")],
    ["another order", (text) => text.split("\n").toReversed().join("\n").trimStart()],
    ["other ends of lines", (text) => text.replaceAll("\n", "\r\n")],
    ["quotes around a value", (text) => text.replace(/TOKEN=(.*)/, "TOKEN='$1'")],
    ["no quotes", (text) => text.replace(/STRIPE_KEY="(.*?)".*/, "STRIPE_KEY=$1")],
    ["an export", (text) => text.replace("TOKEN=", "export TOKEN=")],
    ["a secret out of use", (text) => text.replace("TOKEN=", "# TOKEN=")],
    ["another host", (text) => text.replace("@localhost:", "@db.example:")],
    ["another user", (text) => text.replace("ada:", "bob:")],
    ["a copy of the line", (text) => text + (/TOKEN=.*\n/.exec(text)?.[0] ?? "")],
    ["a new secret", (text) => text.replace(/TOKEN=.*/, "TOKEN=another-one-of-1815")],
    ["a new key", (text) => text.replace(/STRIPE_KEY=".*?"/, "STRIPE_KEY=''")],
    ["a new number", (text) => text.replace(/PIN=\d+/, "PIN=")],
  ])("reaches the file as it is, and alone: %s", async (_, change) => {
    expect(await merged(TEXT, change)).toBe(change(TEXT));
  });

  it.each<readonly [string, (view: string) => string, RegExp]>([
    ["a part of a made-up value", (view) => view.replace(/(TOKEN=.{6})./, "$1%"), /part.*`TOKEN`/],
    ["less of it", (view) => view.replace(/(TOKEN=.{12}).*/, "$1"), /part.*`TOKEN`/],
    ["more of it", (view) => view.replace(/(TOKEN=.*)/, "$1z"), /part.*`TOKEN`/],
    ["another name", (view) => view.replace("TOKEN=", "LOG_LEVEL="), /another name: `LOG_LEVEL`/],
    [
      "a copy under another name",
      (view) => `${view}LOG_LEVEL=${/TOKEN=(.*)/.exec(view)?.[1] ?? ""}\n`,
      /another name: `LOG_LEVEL`/,
    ],
    ["no line", () => "", /nothing/],
    ["what is none of its form", (view) => `${view}no line of it\n`, /let a value/],
  ])("is refused, with the reason: %s", async (_, change, why) => {
    const result = await written(TEXT, change);
    expect(result).toMatchObject({ kind: "refused", why: expect.stringMatching(why) as string });
    expect(JSON.stringify(result)).not.toMatch(/canary/i);
  });

  it.each<readonly [string, string, string, string]>([
    [
      ".npmrc",
      "fund=true\n//npm.corp.example/:_authToken=npm_Canary7Lw2Zt9Vb5Kc1Rm8Yd3xQ\n",
      "fund=true",
      "fund=false",
    ],
    [
      "credentials.json",
      `{ "type": "service_account", "private_key": "canarySwordfish99", "ids": [1, 2] }\n`,
      "[1, 2]",
      "[1, 2, 3]",
    ],
    [
      "secrets.yaml",
      "db:\n  host: a.example\n  password: canary-hunter2\n",
      "a.example",
      "b.example",
    ],
    ["prod.tfvars", `region = "eu"\ndb_password = "canary-hunter2"\n`, `"eu"`, `"us"`],
    [".netrc", "machine a.example login ada password canary99x\n", "a.example", "b.example"],
  ])("reaches a file of another form: %s", async (name, text, from, to) => {
    expect(await merged(text, (view) => view.replace(from, to), name)).toBe(text.replace(from, to));
  });

  it("of a name around a value is refused where the value would be seen by it", async () => {
    const text = "secrets:\n  level: canarylevel\n";
    const result = await written(text, (view) => view.replace("secrets:", "levels:"), "a.yaml");
    expect(result.kind).toBe("refused");
  });

  it("shows no true value, whatever is written: in the reason, or in a view of what became of it", async () => {
    const line = fc.nat(7);
    const edit = fc.record({
      from: line,
      to: line,
      at: fc.nat(40),
      how: fc.constantFrom("copy", "drop", "cut", "put", "rename", "join"),
      text: fc.constantFrom(
        "A=",
        "LOG_LEVEL=",
        "#",
        " # ",
        "x",
        "'",
        "=",
        "PUBLIC_URL=http://a/",
        ":",
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        const result = await written(TEXT, (view) => {
          const lines = view.split("\n");
          for (const { from, to, at, how, text } of edits) {
            const one = lines[from % lines.length] ?? "";
            const target = to % lines.length;
            if (how === "copy") lines.splice(target, 0, one);
            else if (how === "drop") lines.splice(target, 1);
            else if (how === "cut") lines[target] = one.slice(at);
            else if (how === "put") lines[target] = one.slice(0, at) + text + one.slice(at);
            else if (how === "rename") lines[target] = text + one.slice(one.indexOf("=") + 1);
            else lines[target] = `${lines[target] ?? ""}${text}${one}`;
          }
          return lines.join("\n");
        });
        if (result.kind === "refused") expect(result.why).not.toMatch(/canary|hunter2/i);
        else {
          const seen = await viewOf("/p/.env", result.text, { stream: streamOf("third") });
          expect(seen ?? "").not.toMatch(/canary|hunter2|4711/i);
        }
      }),
      { numRuns: 400 },
    );
  });
});
