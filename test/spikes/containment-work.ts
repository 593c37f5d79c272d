// Ordinary work inside the sandbox: five packages from npm, installed, built, tested and committed, beside the same without it.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { npmPack } from "../../scripts/pinned-package.ts";
import { bash, runClient } from "../client/client-run.ts";
import { toolUseId } from "../client/model-stub.ts";
import { sandboxed, sandboxOn } from "./containment-probes.ts";

type Project = { readonly spec: string; readonly commands: readonly string[] };

const gitWork = [
  "echo one > one.txt; git add -A && git -c user.name=t -c user.email=t@t.invalid commit -qm one",
  "echo two > two.txt; git add two.txt && git -c user.name=t -c user.email=t@t.invalid commit -qm two",
  "git checkout -qb topic && git diff HEAD~1 --stat && git status --short",
  'git clone -q . "${TMPDIR:-/tmp}/clone-$CLAUDE_PID" && rm -rf "${TMPDIR:-/tmp}/clone-$CLAUDE_PID"',
  "git worktree add -q ../tree-$CLAUDE_PID",
];

/** Packages whose tarballs hold tests, TypeScript or C sources; exact versions. */
const projects: readonly Project[] = [
  {
    spec: "minimist@1.2.8",
    commands: [
      "npm pkg delete devDependencies && npm install --no-save tape@5.9.0",
      "node_modules/.bin/tape 'test/*.js'",
      ...gitWork,
    ],
  },
  {
    spec: "concat-map@0.0.2",
    commands: [
      "npm pkg delete devDependencies && npm install --no-save tape@5.9.0",
      "node_modules/.bin/tape test/*.js",
      "npm pack --silent --ignore-scripts",
    ],
  },
  {
    spec: "qs@6.13.0",
    commands: [
      "npm pkg delete devDependencies && npm install --ignore-scripts",
      "node -e \"console.log(require('.').parse('a=b').a)\"",
      "npm pack --silent --ignore-scripts",
    ],
  },
  {
    spec: "tiny-invariant@1.3.3",
    commands: [
      "npm pkg delete devDependencies && npm install --no-save typescript@5.6.3",
      "node_modules/.bin/tsc --noCheck --skipLibCheck --outDir out src/tiny-invariant.ts && ls out/tiny-invariant.js",
      "npx --no-install tsc --version",
      "python3 -m http.server --bind 127.0.0.1 8765 >/dev/null 2>&1 & sleep 1; curl -sf http://127.0.0.1:8765/package.json | head -c 1",
    ],
  },
  {
    spec: "bufferutil@4.0.8",
    commands: [
      "npm install --ignore-scripts --omit=dev",
      "npm pkg delete devDependencies && npm install --no-save --ignore-scripts node-gyp@10.2.0",
      "node_modules/.bin/node-gyp rebuild && ls build/Release/bufferutil.node",
      "make --version | head -1 && mktemp && python3 -c 'import tempfile; tempfile.mkdtemp()'",
    ],
  },
];

/** Runs the commands of every package whose name has `filter` in it, under each setting, and prints which failed. */
export async function printWork(filter: string): Promise<void> {
  const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const domains = { network: { allowedDomains: [new URL(registry).hostname] } };
  const settings: Readonly<Record<string, object | undefined>> = {
    "no sandbox": undefined,
    sandbox: {},
    "+ registry": domains,
    "+ registry, npm cache": { ...domains, filesystem: { allowWrite: ["~/.npm", "~/.cache"] } },
  };
  console.log(`\n## ordinary work (ok, or the exit code; seconds)\n`);
  console.log(
    `| package | command | ${Object.keys(settings).join(" | ")} |\n|---|---|${"---|".repeat(4)}`,
  );
  const scratch = mkdtempSync(join(tmpdir(), "sallyport-spike-"));
  try {
    for (const project of projects.filter(({ spec }) => spec.includes(filter))) {
      await printProject(project, Object.values(settings), registry, scratch);
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function printProject(
  project: Project,
  settings: readonly (object | undefined)[],
  registry: string,
  scratch: string,
): Promise<void> {
  const source = await unpack(project.spec, scratch);
  const columns: string[][] = [];
  const notes: string[] = [];
  for (const sandbox of settings) {
    const directory = mkdtempSync(join(scratch, "run-"));
    const home = join(directory, "home");
    const place = join(directory, "project");
    mkdirSync(home);
    cpSync(source, place, { recursive: true });
    const times: number[] = [];
    const run = await runClient({
      ...sandboxed(),
      files: { ".gitignore": "node_modules\n" },
      projectDirectory: place,
      home,
      turns: project.commands.map((command) => bash(command, { timeout: 110_000 })),
      settings: {
        user: {
          permissions: { allow: ["Bash"] },
          ...(sandbox && { sandbox: { ...sandboxOn, ...sandbox } }),
        },
      },
      env: { IS_SANDBOX: undefined, SHLVL: "1", ...npmEnvironment(registry) },
      timeoutMs: 400_000,
      beforeTurn: () => void times.push(performance.now()),
    });
    columns.push(
      project.commands.map((command, at) => {
        const text = run.toolResults.get(toolUseId(at))?.text ?? "no result";
        const failed = run.wasDenied(toolUseId(at))
          ? "refused"
          : /^Exit code (\d+)/.exec(text)?.[1];
        if (failed !== undefined && sandbox !== undefined) {
          notes.push(
            `  - \`${command.slice(0, 50)}\`: ${text.replace(/\s+/g, " ").replaceAll(scratch, "<scratch>").slice(0, 400)}`,
          );
        }
        const seconds = ((times[at + 1] ?? 0) - (times[at] ?? 0)) / 1000;
        return `${failed ?? "ok"} ${seconds.toFixed(1)}`;
      }),
    );
    rmSync(directory, { recursive: true });
  }
  for (const [at, command] of project.commands.entries()) {
    const cells = columns.map((column) => column[at]).join(" | ");
    console.log(
      `| ${project.spec} | \`${command.replaceAll("|", "¦").slice(0, 60)}\` | ${cells} |`,
    );
  }
  for (const note of new Set(notes)) {
    console.error(note);
  }
}

async function unpack(spec: string, scratch: string): Promise<string> {
  const folder = mkdtempSync(join(scratch, "pack-"));
  await npmPack(spec, folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  execFileSync("tar", ["-xzf", tarball, "--no-same-owner"], { cwd: folder });
  return join(folder, "package");
}

/** What npm and node of this machine need to reach the registry and to build, wherever the session's home is. */
function npmEnvironment(registry: string): Record<string, string> {
  const kept = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const authority = process.env["NODE_EXTRA_CA_CERTS"];
  const nodeRoot = resolve(process.execPath, "../..");
  return {
    ...Object.fromEntries(kept),
    npm_config_registry: registry,
    npm_config_update_notifier: "false",
    npm_config_fund: "false",
    npm_config_audit: "false",
    ...(authority === undefined ? {} : { npm_config_cafile: authority }),
    ...(existsSync(join(nodeRoot, "include", "node")) ? { npm_config_nodedir: nodeRoot } : {}),
  };
}
