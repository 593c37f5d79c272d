// Lets the command hook judge everyday calls in a folder of its own, so that the build sees which modules such calls need.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Register from "../src/govern/settings/project-register.ts";
import type { ProjectEntry } from "../src/govern/settings/project-register.ts";
import type * as LogWriter from "../src/record/store/log-writer.ts";
import type * as CompiledPolicies from "../src/surface/services/policy/compiled-policy.ts";
import type * as Directories from "../src/surface/foundation/files/directories.ts";
import type * as RunHook from "../src/surface/hook/run-hook.ts";
import type * as PolicySource from "../src/surface/services/policy/policy-source.ts";
import type { Ask } from "./bundle.ts";

/** What sessions of many kinds of project do most. None of it is run. */
const COMMANDS = [
  "git status && cat a.txt | grep 'x' > b.txt",
  "ls -la",
  "git diff --stat; git log --oneline | head -5; git add -A && git commit -m 'change'",
  'for f in src/*.ts; do wc -l "$f"; done',
  "find . -name '*.ts' | xargs grep -l name > found.txt",
  "npm test 2>&1 | tail -20",
  "cd src && npm run build",
  "npx tsc --noEmit",
  "node a.js",
  "python3 -m pytest -q",
  "sed -n 1,20p a.txt; echo done; mkdir -p build/out; rm -rf build; cp a.txt c.txt; mv c.txt d.txt",
  "cat .env",
  "curl -s https://example.com/a",
];
const TOOLS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["Read", { file_path: "a.txt" }],
  ["Write", { file_path: "c.txt", content: "x" }],
  ["Edit", { file_path: "a.txt", old_string: "x", new_string: "y" }],
  ["Grep", { pattern: "x" }],
  ["Glob", { pattern: "*.ts" }],
];

/**
 * Answers everyday events with the program that `judging` gives, of which `entry` is the module that a hook begins with; what
 * else is needed comes from `aside`. Throws when an event is not judged.
 */
export async function everydayModules(judging: Ask, aside: Ask, entry: string): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-build-")));
  try {
    for (const id of [entry, "surface/hook/hook-process", "surface/hook/fail-closed"]) judging(id);
    const { runHook } = judging("surface/hook/run-hook") as typeof RunHook;
    const policies = judging("surface/services/policy/compiled-policy") as typeof CompiledPolicies;
    const { loadPack } = aside("surface/services/policy/policy-source") as typeof PolicySource;
    const stand = await openStand(aside, folder);
    const events = [
      ...COMMANDS.map((command) => ["Bash", { command }] as const),
      ...TOOLS.map(([tool, { file_path, ...input }]) => {
        const place = file_path === undefined ? {} : { file_path: join(stand.project, file_path) };
        return [tool, { ...place, ...input }] as const;
      }),
    ];
    for (const [place, [tool_name, given]] of events.entries()) {
      // After the answer the client speaks of the input that it was given in place of its own.
      let tool_input: object = given;
      for (const hook_event_name of ["PreToolUse", "PostToolUse"]) {
        const payload = {
          session_id: "build",
          cwd: stand.project,
          permission_mode: "default",
          hook_event_name,
          tool_name,
          tool_input,
          tool_use_id: `call-${place}`,
          ...(hook_event_name === "PostToolUse" ? { tool_response: { stdout: "x" } } : {}),
        };
        const outcome = await runHook({
          args: stand.args,
          environment: stand.environment,
          version: "0.0.0",
          ownPaths: [],
          input: (async function* give() {
            yield Buffer.from(JSON.stringify(payload));
          })(),
          loadPack: (name) => {
            const file = join(folder, `${name}.json`);
            writeFileSync(file, policies.formatCompiledPolicy(loadPack(name)));
            return policies.readCompiledPolicy(file);
          },
          compile: () => {
            throw new Error("no policy file is read here");
          },
        });
        if (outcome.kind === "refused") throw new Error(`the hook does not run: ${outcome.reason}`);
        await outcome.recorded;
        tool_input = inputIn(outcome.text) ?? tool_input;
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inputIn(answer: string): object | undefined {
  const { hookSpecificOutput } = JSON.parse(answer) as {
    readonly hookSpecificOutput?: { readonly updatedInput?: object };
  };
  return hookSpecificOutput?.updatedInput;
}

async function openStand(ask: Ask, folder: string) {
  const { prepareDirectories } = ask("surface/foundation/files/directories") as typeof Directories;
  const { openLog } = ask("record/store/log-writer") as typeof LogWriter;
  const { formatProjectRegister } = ask("govern/settings/project-register") as typeof Register;
  const { log, keys, root, projectsFile } = prepareDirectories(join(folder, "data"));
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  await (await openLog({ log, keys, clock, productVersion: "0.0.0" })).close();
  const project = join(folder, "project");
  const settingsFile = join(project, ".claude", "settings.local.json");
  for (const name of [".claude", ".git", "src"])
    mkdirSync(join(project, name), { recursive: true });
  writeFileSync(join(project, ".git", "config"), "[core]\n\tbare = false\n");
  writeFileSync(join(project, ".git", "HEAD"), "ref: refs/heads/main\n");
  const manifest = { name: "shop", scripts: { test: "vitest run", build: "tsc" } };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(project, "a.txt"), "x\n");
  const handler = { type: "command", command: process.execPath, args: ["hook.cjs"] };
  writeFileSync(settingsFile, JSON.stringify({ hooks: { PreToolUse: [{ hooks: [handler] }] } }));
  const id = "0".repeat(16);
  const entry: ProjectEntry = {
    id,
    root: project,
    settingsFile,
    tokenDigest: "0".repeat(64),
    scope: "project",
    hooks: [{ event: "PreToolUse", handler }],
    undo: { created: [], env: [], createdFile: false, createdFolder: false, excludeFile: null },
    policy: { pack: "team", digest: null },
    mode: "enforce",
  };
  writeFileSync(projectsFile, formatProjectRegister([entry]), { mode: 0o600 });
  return {
    project,
    args: ["--project", id, "--data", root, "--home", folder],
    environment: { PATH: "/usr/bin:/bin", HOME: folder, CLAUDE_PROJECT_DIR: project },
  };
}
