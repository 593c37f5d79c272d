// secretlint as it is installed, with its recommended rules, in a process of its own: its speed on files, and its findings in texts.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { installPeer } from "./npm-peer.ts";

/** A text under the name of its file. */
export type NamedText = { readonly path: string; readonly text: string };

const Answer = v.object({
  seconds: v.number(),
  spans: v.array(v.array(v.tuple([v.number(), v.number()]))),
});

/** Seconds of processor time for all texts after a warm-up, and for each text the spans of what was found. Throws where npm cannot install it. */
export async function askSecretlint(
  texts: readonly NamedText[],
): Promise<v.InferOutput<typeof Answer>> {
  const folder = installPeer("secretlint");
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
