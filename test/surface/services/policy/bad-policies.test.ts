// Policies that cannot be used: each is refused with file, line and column, and the policy in force stays, in every layer.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { userId } from "#platform/user.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import { runCommandLine } from "#surface/cli/command-line.ts";
import { directoriesIn, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { createPolicies } from "#surface/services/policy/policies.ts";
import type { PolicyNews } from "#surface/services/policy/site-policy.ts";
import { lookNow } from "#surface/services/policy/policy-status.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const GOOD = `id: mine
version: "1"
title: Only for a test
extends: [team]
rules:
  - { id: mine/notes, verdict: deny, effects: [read], paths: [notes], reason: it is a test }
  - id: mine/plan
    verdict: ask
    effects: [read]
    paths: [plan]
    reason: it is a test
`;
const rule = (id: string, verdict: string, path: string) =>
  `  - { id: ${id}, verdict: ${verdict}, effects: [read], paths: [${path}], reason: again }\n`;

/** What is wrong, the text, and the code, line and column that are told. */
const BAD: readonly (readonly [string, string, string, number, number])[] = [
  ["an unknown key", GOOD.replace("title:", "titel: x\ntitle:"), "policy-invalid", 3, 8],
  [
    "an unknown key of a rule",
    GOOD.replace("paths: [plan]", "path: [plan]"),
    "policy-invalid",
    10,
    11,
  ],
  ["a key twice", `${GOOD}id: other\n`, "policy-syntax", 12, 1],
  ["an id twice", GOOD + rule("mine/notes", "ask", "other"), "policy-invalid", 12, 11],
  [
    "the id of an extended rule",
    GOOD + rule("secrets/read", "ask", "other"),
    "policy-invalid",
    12,
    11,
  ],
  ["a circle", GOOD.replace("id: mine\n", "id: team\n"), "policy-cycle", 4, 11],
  [
    "two verdicts for the same",
    GOOD + rule("mine/more", "ask", "notes"),
    "policy-conflict",
    12,
    11,
  ],
  ["a pack that does not exist", GOOD.replace("[team]", "[team, teem]"), "policy-unknown", 4, 17],
  ["a rule that is left out and not there", `${GOOD}without: [a/b]\n`, "policy-invalid", 12, 11],
  ["a list that is not there", GOOD.replace("[plan]", "{ in: plans }"), "policy-invalid", 10, 12],
  ["a verdict that is none", GOOD.replace("ask", "block"), "policy-invalid", 8, 14],
  // The list should have ended before the next key, and that is where the reader stands.
  ["broken YAML", GOOD.replace("[plan]", "[plan"), "policy-syntax", 11, 5],
];

let room: ReturnType<typeof freshDirectory>;
let news: PolicyNews[];
beforeEach(() => {
  room = freshDirectory();
  prepareDirectories(join(room.path, "data"));
  for (const folder of ["site", "project/.sallyport"])
    mkdirSync(join(room.path, folder), { recursive: true, mode: 0o755 });
  news = [];
});
afterEach(() => room.remove());

const FILES = {
  managed: "site/policy.yaml",
  project: "project/.sallyport/policy.yaml",
  user: "mine.yaml",
} as const;

const open = () => {
  const file = join(room.path, FILES.user);
  const policyOf = createPolicies({
    directory: directoriesIn(join(room.path, "data")).policies,
    product: "1.0.0",
    loadPack,
    compile: compilePolicyFile,
    nowMs: () => 1_000,
    managed: { file: join(room.path, FILES.managed), owner: userId() ?? 0 },
    chosenFor: () => ({ file, digest: null }),
    report: async (one) => void news.push(one),
  });
  return async () => (await policyOf({ id: "a", root: join(room.path, "project") })).digest;
};

describe.each(["managed", "project", "user"] as const)("in the layer %s", (layer) => {
  test.each(BAD)("%s: told with its place, once, and the policy stays", async (...row) => {
    const [, text, code, line, column] = row;
    const file = join(room.path, FILES[layer]);
    writeFileSync(join(room.path, FILES.user), GOOD);
    writeFileSync(file, GOOD);
    const judge = open();
    const before = await judge();
    news = [];
    writeFileSync(file, text);
    expect(await judge()).toBe(before);
    expect(await open()()).toBe(before);
    expect(news).toEqual([expect.objectContaining({ kind: "broken", layer, code, line, column })]);
    const source = layer === "managed" ? { file, layer, owner: userId() ?? 0 } : { file, layer };
    const { trouble } = await lookNow(source, directoriesIn(join(room.path, "data")).policies);
    expect(trouble).toMatchObject({ code, line, column });
    writeFileSync(file, GOOD);
    expect(await judge()).toBe(before);
  });
});

test.each(BAD)("`policy check` says of %s where it is, and exits 2", async (...row) => {
  const [, text, , line, column] = row;
  const file = join(room.path, "mine.yaml");
  writeFileSync(file, text);
  const said: string[] = [];
  const say = (words: string) => void said.push(words);
  const terminal = { warn: say, print: say } as unknown as Terminal;
  expect(await runCommandLine(["policy", "check", file], terminal, {})).toBe(2);
  expect(said.join("\n")).toContain(`mine.yaml:${line}:${column}: `);
});
