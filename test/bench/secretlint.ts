// secretlint as it is installed, with its recommended rules, in a process of its own: its speed on files, and its findings in texts.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { testCacheDirectory } from "../../scripts/pinned-package.ts";

/** A text under the name of its file. */
export type NamedText = { readonly path: string; readonly text: string };

const HERE = fileURLToPath(new URL("./secretlint/", import.meta.url));
const Answer = v.object({
  seconds: v.number(),
  spans: v.array(v.array(v.tuple([v.number(), v.number()]))),
});

/** Seconds of processor time for all texts after a warm-up, and for each text the spans of what was found. Throws where npm cannot install it. */
export async function askSecretlint(
  texts: readonly NamedText[],
): Promise<v.InferOutput<typeof Answer>> {
  const folder = installSecretlint();
  const program = join(folder, "ask.mjs");
  writeFileSync(program, SCRIPT);
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(texts));
  let output = "";
  for await (const part of child.stdout.setEncoding("utf8")) output += String(part);
  return v.parse(Answer, JSON.parse(output));
}

const SCRIPT = `
import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
let input = ""; for await (const part of process.stdin.setEncoding("utf8")) input += part;
const texts = JSON.parse(input);
const id = "@secretlint/secretlint-rule-preset-recommend";
const options = { config: { rules: [{ id, rule: creator, options: {} }] }, noPhysicFilePath: true };
const lint = async ({ path, text }) => {
  const ext = /\\.\\w+$/.exec(path)?.[0] ?? "";
  const source = { filePath: "/p/" + path, content: text, ext, contentType: "text" };
  return (await lintSource({ source, options })).messages.map(({ range }) => range);
};
for (const one of texts.slice(0, 20)) await lint(one);
const before = process.cpuUsage();
const spans = [];
for (const one of texts) spans.push(await lint(one));
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ seconds: (user + system) / 1e6, spans }));
`;

/** Installs what its own lock file names, below the cache of tests, unless it is there. */
function installSecretlint(): string {
  const folder = join(testCacheDirectory(), "secretlint");
  const lock = readFileSync(join(HERE, "package-lock.json"), "utf8");
  const mark = join(folder, "installed");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    copyFileSync(join(HERE, name), join(folder, name));
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`secretlint could not be installed:\n${stderr}`);
  writeFileSync(mark, lock);
  return folder;
}
