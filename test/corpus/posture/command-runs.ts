// What commands of ours leave in a case: their own texts, put where they put them.
import { envParity, withMissing } from "#govern/ignores/env-parity.ts";
import { denyRules, GITIGNORE_LINES, isAboutSecrets, parseIgnoreFile } from "#govern/ignores/ignore-file.ts";
import { securitySection, withSection } from "#govern/ignores/security-section.ts";
import { clientRefusals } from "#govern/compile/client-refusals.ts";
import { compilePolicy } from "#govern/compile/compile.ts";
import { parseSite } from "#govern/compile/site.ts";
import { withRecipe } from "#govern/recipe/entries.ts";
import { scriptOf } from "#govern/recipe/script.ts";
import { FIXED_SWITCHES } from "#govern/settings/fixed-entries.ts";
import { buildCommandInsertion, groupOf } from "#govern/settings/hook-entries.ts";
import { ownHook } from "#guard/effects/git/own-hook.ts";
import { pipelineFiles } from "#surface/services/ci/pipeline-files.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { loadCatalogue, loadRecipes } from "#surface/foundation/product/shipped-data.ts";
import type { PostureCase } from "./case.ts";
import { joined, written } from "./case-edits.ts";

const SETTINGS = ".claude/settings.json";
const SITE = `hooks: { transport: command, program: /opt/sallyport/bin/sallyport-hook, project: 3f1c0a9b7d2e4856, data: /var/lib/sallyport, home: /home/dev }
telemetry: { endpoint: "https://otel.example.com:4318" }
`;

/** The case after a command. Throws for one that nobody taught it. */
export function commandRuns(command: string, one: PostureCase): PostureCase {
  const [head, ...words] = command.replace(/^(?:sudo )?sallyport /, "").split(" ");
  const to = words.join(" ");
  switch (head) {
    case "init":
      return guarded(one);
    case "ignores":
      return withIgnores(one, /--team (\S+)/.exec(to)?.[1]);
    case "git-hooks":
      return withGitHooks(one, / --protect (\S+)/.exec(to)?.[1]);
    case "recipe":
      return withOneRecipe(one, words.at(-1) ?? "");
    case "ci":
      return withPipeline(one, words[1] as "codeowners" | "dependency-review");
    case "policy":
      return withManaged(one);
    default:
      throw new Error(`\`${command}\` is not known here`);
  }
}

/** What a case has no word for: inputs of the guard hold it, and those of a case are made of all its members. */
const OWN: { readonly isInstalled: true } & Record<string, unknown> = { isInstalled: true, ownDirectory: "/home/dev/.local/share/sallyport" };

/** Hooks and the refusals of the policy `team` in the local settings, git told to ignore those, and the guard as it then is. */
function guarded(one: PostureCase): PostureCase {
  const target = { hookPath: "/home/dev/.local/share/sallyport/bin/sallyport-hook", projectId: "0123456789abcdef", dataDirectory: "/home/dev/.local/share/sallyport", home: "/home/dev" };
  const { hooks, env } = buildCommandInsertion(target, () => undefined);
  const byEvent: Record<string, unknown[]> = {};
  for (const entry of hooks) (byEvent[entry.event] ??= []).push(groupOf(entry));
  const deny = clientRefusals(loadPack("team"), "project");
  const switches = Object.fromEntries(FIXED_SWITCHES.map(({ key, value }) => [key, value]));
  const more = { ...switches, permissions: { deny }, hooks: byEvent, env: Object.fromEntries(env.map(({ name, value }) => [name, value])) };
  const local = ".claude/settings.local.json";
  const now = written(one, local, (before) => JSON.stringify(joined(JSON.parse(before ?? "{}"), more), null, 2));
  return {
    ...now,
    untracked: [...now.untracked, local],
    guard: { ...OWN, isLogInRepository: false, isLogOpen: false, exportTargets: 0, hasManagedPolicy: false, ...now.guard, isGuarded: true, isDaemonRunning: true, policy: "team", logDirectory: "/home/dev/.local/share/sallyport/log" },
  };
}

function withIgnores(one: PostureCase, team: string | undefined): PostureCase {
  const { files } = one;
  const known = new Set((files[".gitignore"] ?? "").split("\n"));
  const lines = GITIGNORE_LINES.filter((line) => line.startsWith("!") || !known.has(line));
  const entries = [...parseIgnoreFile(files[".claudeignore"] ?? ""), ...parseIgnoreFile([...known, ...lines].join("\n")).filter(({ pattern }) => isAboutSecrets(pattern))];
  const deny = [...new Set(entries.flatMap(denyRules))];
  const missing = files[".env"] === undefined ? [] : envParity(files[".env"], files[".env.example"] ?? "").missing;
  let now = written(one, ".gitignore", (before) => `${before ?? ""}${before === undefined || before.endsWith("\n") ? "" : "\n"}${lines.join("\n")}\n`);
  now = written(now, SETTINGS, (before) => JSON.stringify(joined(JSON.parse(before ?? "{}"), { permissions: { deny } }), null, 2));
  if (missing.length > 0) now = written(now, ".env.example", (before) => withMissing(before, missing));
  return team === undefined ? now : written(now, "CLAUDE.md", (before) => withSection(before, securitySection({ team })));
}

function withGitHooks(one: PostureCase, branch: string | undefined): PostureCase {
  const launch = ["/usr/bin/node", "/home/dev/.local/share/sallyport/program/main.js"];
  const put = (now: PostureCase, name: string, options: readonly string[]): PostureCase => {
    const path = `.git/hooks/${name}`;
    const before = now.files[path];
    const moved = before === undefined ? now : written(now, `${path}.before-sallyport`, () => before);
    return written(moved, path, () => ownHook(name, launch, options));
  };
  const scanned = put(one, "pre-commit", []);
  return branch === undefined ? scanned : put(scanned, "pre-push", ["--protect", branch]);
}

function withOneRecipe(one: PostureCase, name: string): PostureCase {
  const recipe = loadRecipes().find(({ id }) => id.endsWith(name));
  if (recipe === undefined) throw new Error(`there is no recipe ${name}`);
  const path = `.claude/hooks/${name}.sh`;
  const command = `"$CLAUDE_PROJECT_DIR"/${path}`;
  const now = written(one, path, () => scriptOf(recipe));
  return written(now, SETTINGS, (before) => withRecipe(before, recipe, { command, file: SETTINGS }));
}

function withPipeline(one: PostureCase, kind: "codeowners" | "dependency-review"): PostureCase {
  const versions = { product: undefined, client: "2.1.328" };
  const made = pipelineFiles(kind, { versions, owners: ["@acme/security"], existing: (path) => one.files[path] });
  return made.reduce((now, { path, text }) => written(now, path, () => text), one);
}

/** Compiled once: it takes longer than all that is done with it. */
const managedFiles: { made?: ReturnType<typeof compilePolicy>["files"] } = {};

/** The team's policy compiled for managed settings on Linux, beside what an empty or missing file holds. */
function withManaged(one: PostureCase): PostureCase {
  managedFiles.made ??= compilePolicy(loadPack("team"), {
    target: { scope: "managed", platform: "linux" },
    site: parseSite(SITE, "site.yaml"),
    catalogue: loadCatalogue(),
  }).files;
  return managedFiles.made.reduce((now, { path, text, mode }) => {
    if (path === undefined || !path.endsWith(".json")) return now;
    const made = written(now, path, () => text);
    return { ...made, modes: { ...made.modes, [path.replace("/etc/claude-code/", "")]: mode.toString(8).padStart(4, "0") } };
  }, one);
}
