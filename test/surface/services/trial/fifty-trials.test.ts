// Fifty commands tried on the overlay of a project: what does no harm is committed to the byte, what does is thrown away.
import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { normalizeInput } from "#guard/events/normalize.ts";
import { judgePlainly } from "../../../../src/surface/services/facts/judge.ts";
import { sessionFacts } from "../../../../src/surface/services/facts/session.ts";
import { PLAIN_SHELL } from "../../../../src/surface/services/facts/session-shell.ts";
import { loadPack } from "../../../../src/surface/services/policy/policy-source.ts";
import { runTrial } from "../../../../src/surface/services/trial/run-trial.ts";
import { judgeChanges } from "../../../../src/surface/services/trial/trial-calls.ts";
import {
  planCommit,
  whyNotCommitted,
} from "../../../../src/surface/services/trial/trial-outcome.ts";
import { openCopyStore } from "../../../../src/surface/services/undo/copy-store.ts";
import { takeBack } from "../../../../src/surface/services/undo/take-back.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

/** Made up, in the form of a key of a cloud. */
const KEY = ["AK", "IA", "Z7QD4WTN5XKMB2LC"].join("");

/** Code of the project that nobody foresees: a program that does what its argument says. */
const PROGRAM = `
const fs = require("node:fs");
const put = (path, text) => { fs.mkdirSync(require("node:path").dirname(path), { recursive: true }); fs.writeFileSync(path, text); };
const [act, ...words] = process.argv.slice(2);
const acts = {
  put: () => put(words[0], (words[1] ?? "made") + "\\n"),
  many: () => { for (let i = 0; i < 40; i += 1) put("out/" + i + ".txt", "n" + i); },
  append: () => fs.appendFileSync(words[0], "more\\n"),
  remove: () => fs.rmSync(words[0], { recursive: true }),
  rename: () => fs.renameSync(words[0], words[1]),
  again: () => { fs.rmSync(words[0], { recursive: true }); put(words[0] + "/new.txt", "new"); },
  swap: () => { fs.rmSync(words[0], { recursive: true }); fs.writeFileSync(words[0], "file now"); },
  link: () => fs.symlinkSync(words[0], words[1]),
  run: () => { put(words[0], "#!/bin/sh\\n"); fs.chmodSync(words[0], 0o755); },
  key: () => put(words[0], "const id = '" + Buffer.from(process.env.MADE_UP, "hex") + "';"),
  fail: () => { put("half.txt", "half"); process.exit(3); },
  reach: () => require("node:net").connect(${9}, "127.0.0.1").on("error", (e) => { put("reached.txt", e.code); }),
  outside: () => { try { fs.writeFileSync(words[0], "out"); } catch (e) { put("outside.txt", e.code); } },
  read: () => { let t; try { t = fs.readFileSync(words[0], "utf8"); } catch (e) { t = e.code; } put("seen.txt", t); },
  big: () => put("big.bin", "x".repeat(65 * 1024 * 1024)),
  nothing: () => fs.readFileSync("package.json"),
};
acts[act]();
`;

/** What is done by the program, or by the shell, and what becomes of it where nobody is asked. */
const COMMITTED: readonly string[] = [
  ...["node do.cjs put src/made.js", "node do.cjs put deep/er/made.txt", "node do.cjs many"],
  ...[
    "node do.cjs append src/a.js",
    "node do.cjs append readme.md",
    "node do.cjs put 'src/a b.js'",
  ],
  ...["node do.cjs remove src/old", "node do.cjs remove src/b.js", "node do.cjs again src/old"],
  ...["node do.cjs rename src/a.js src/c.js", "mv src lib", "node do.cjs swap src/old"],
  ...["node do.cjs link a.js src/same.js", "node do.cjs put src/a.js new", "node do.cjs nothing"],
  ...["node do.cjs run tools/check.sh", "sed -i s/one/two/ src/a.js", "mv src/b.js src/z.js"],
  ...[
    "mkdir -p x/y && cp src/a.js x/y/",
    "for i in 1 2 3; do echo $i >n$i.txt; done",
    "touch src/a.js",
  ],
  ...["rm -r src/old && mkdir src/old && echo z >src/old/z", "printf 'a\\0b' >bytes.bin", "true"],
  ...["chmod 600 src/a.js", "node do.cjs reach", "node do.cjs outside /etc/sallyport-trial"],
  ...["node do.cjs put ünï.txt", "(cd src && echo in >in.txt)", "ln -s nowhere dangling"],
];
const THROWN_AWAY: readonly string[] = [
  ...[
    "node do.cjs put .github/workflows/x.yml",
    "node do.cjs put .gitlab-ci.yml",
    "node do.cjs fail",
  ],
  ...["node do.cjs key src/key.js", "node do.cjs put .husky/pre-commit", "node do.cjs big"],
  ...["node do.cjs put .vscode/tasks.json", "node do.cjs put .envrc", "node do.cjs put .mcp.json"],
  ...[
    "node do.cjs put .circleci/config.yml",
    "node do.cjs put .git/objects/info/alternates",
    "node do.cjs put .git/x",
  ],
  ...[
    "node do.cjs run .githooks/pre-push",
    "node do.cjs put .github/actions/x/action.yml",
    "node do.cjs swap .git/info",
  ],
  ...["node do.cjs put .devcontainer/devcontainer.json", "node do.cjs put .claude/settings.json"],
  ...["node do.cjs put .claude/skills/x/SKILL.md", "node do.cjs put Jenkinsfile", "kill -9 $$"],
];

let room: ReturnType<typeof freshDirectory>;
let root: string;
beforeAll(() => {
  room = freshDirectory();
  root = join(room.path, "home", "shop");
  mkdirSync(join(root, "src", "old"), { recursive: true });
  for (const [path, text] of Object.entries({
    "package.json": "{}\n",
    "readme.md": "# Shop\n",
    "do.cjs": PROGRAM,
    "src/a.js": "one\n",
    "src/b.js": "b\n",
    "src/old/x": "x\n",
    "src/old/y": "y\n",
    ".env": "KEY=hidden-one\n",
  }))
    writeFileSync(join(root, path), text);
  execFileSync("git", ["init", "-q"], { cwd: root });
  execFileSync("git", ["add", "-A"], { cwd: root });
  execFileSync("mv", [root, join(room.path, "home", "pristine")]);
});
beforeEach(() => {
  execFileSync("rm", ["-rf", root, join(room.path, "home", "twin")]);
  execFileSync("cp", ["-a", join(room.path, "home", "pristine"), root]);
});
afterAll(() => room.remove());

/** All of the project but git's own, as text. */
function pictureOf(directory: string, below = ""): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(directory, below)).toSorted()) {
    const path = below === "" ? name : `${below}/${name}`;
    const at = join(directory, path);
    const status = lstatSync(at);
    if (status.isSymbolicLink()) found[path] = `-> ${readlinkSync(at)}`;
    else if (!status.isDirectory())
      found[path] = `${(status.mode & 0o777).toString(8)} ${readFileSync(at, "latin1")}`;
    else if (path !== ".git" && path !== ".claude")
      Object.assign(found, { [path]: "/" }, pictureOf(directory, path));
  }
  return found;
}

async function tried(command: string) {
  const policy = loadPack("team");
  const home = join(room.path, "home");
  const session = sessionFacts({
    sessionId: "tried",
    cwd: root,
    mode: "default",
    projectRoot: root,
    home,
    interactive: true,
  });
  const places = new PlaceTests(session);
  const judge = (call: ToolCall) =>
    judgePlainly({ call, policy, session, places, shell: PLAIN_SHELL });
  const input = normalizeInput({ tool: "Bash", input: { command }, cwd: root });
  const decision = await judge({ id: "call", tool: "Bash", cwd: root, input });
  const data = join(room.path, "data");
  const store = openCopyStore(join(data, "copies"), Buffer.alloc(32, 7));
  const end = await runTrial({
    project: { id: "shop", root },
    command,
    cwd: root,
    decision,
    policy,
    home,
    data,
    store,
    configDirectory: join(home, ".claude"),
    directory: join(data, "trials"),
    output: "none",
  });
  const judged = await judgeChanges(end.changes, { root, store, judge });
  const { plan } = planCommit(end, { root, store });
  const why = whyNotCommitted({ end, judged, plan, isAsked: false });
  return { end, judged, why, commit: () => takeBack(plan, { root, store }) };
}

describe("fifty commands on the overlay", () => {
  beforeEach((ctx) => skipIfMissing(ctx, WHY_NOT_HELD));
  // WHY not as it is: secrets of the environment have other values where it runs.
  process.env["MADE_UP"] = Buffer.from(KEY).toString("hex");
  test.each(COMMITTED)(
    "%s is committed, and does what it does without a trial",
    async (command) => {
      const twin = join(room.path, "home", "twin");
      execFileSync("cp", ["-a", root, twin]);
      const before = pictureOf(root);
      const { why, commit } = await tried(command);
      expect(why).toBeUndefined();
      expect(pictureOf(root)).toEqual(before);
      expect(commit().failed).toEqual([]);
      // The same without an overlay, where it reaches nothing that matters.
      if (!/reach|outside/.test(command)) {
        execFileSync("/bin/bash", ["-c", command], { cwd: twin });
        expect(pictureOf(root)).toEqual(pictureOf(twin));
      }
    },
  );
  test.each(THROWN_AWAY)("%s is thrown away", async (command) => {
    const before = pictureOf(root);
    const { why } = await tried(command);
    expect(why).toEqual(expect.any(String));
    expect(pictureOf(root)).toEqual(before);
  });
});
