// Bundled programs are read as Latin-1: nothing in them may be outside of ASCII, in a regular expression least of all.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { asciiText } from "../../scripts/ascii-text.ts";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const firstOutside = (bytes: Buffer): string | undefined => {
  const at = bytes.findIndex((byte) => byte > 0x7f);
  return at === -1 ? undefined : bytes.subarray(Math.max(0, at - 40), at + 20).toString("utf8");
};

it("the bundles as built hold nothing outside of ASCII", () => {
  const names = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.[cm]?js$/.test(name),
  );
  expect(names).toEqual(
    expect.arrayContaining([
      ...["hook.cjs", "surface/cli/main.js", "surface/threads/thread.js"],
      ...["parts/judge.cjs", "parts/daemon.cjs", "parts/compiler.cjs", "parts/rest.cjs"],
    ]),
  );
  for (const name of names)
    expect([name, firstOutside(readFileSync(dist + name))]).toEqual([name, undefined]);
});
it("a letter that is left in one is seen", () => {
  expect(firstOutside(Buffer.from("const a = /[a-zñ]/;"))).toContain("ñ");
});
it.each([
  ["a letter", "/^[a-zñ]+$/", "ñ", "Ã"],
  ["a range of signs", "/^[№°·•-…]$/", "•", "â"],
  ["a sign of two units", "/^(?:🔑)$/", "🔑", "x"],
  ["a sign of two units, by its point", "/^[🔑]$/u", "🔑", "x"],
])("an expression with %s matches the same when it is written in ASCII", (_, source, is, isNot) => {
  const made = asciiText(source);
  expect(made).toMatch(/^[ -~]+$/);
  const body = /^\/(.*)\/(u?)$/.exec(made);
  const expression = new RegExp(body?.[1] ?? "", body?.[2]);
  expect(expression.test(is)).toBe(true);
  expect(expression.test(isNot)).toBe(false);
});
