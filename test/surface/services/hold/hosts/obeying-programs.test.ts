// Programs that are said to obey a proxy really ask it: each is run held, and the proxy says what it was asked for.
import { execFileSync } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { whyNotInstalled } from "../../../../installed.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { proxiedProgram } from "#guard/hold/proxied-programs.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { heldMachine, type HeldMachine } from "../held.ts";

const HOST = "allowed.test";
const URL = `https://${HOST}`;

/** A command that asks `https://allowed.test` and fails there: nobody speaks TLS behind it. */
const COMMANDS: Readonly<Record<string, string>> = {
  curl: `curl -sS ${URL}/`,
  wget: `wget -qO- --tries=1 ${URL}/`,
  git: `git ls-remote ${URL}/a.git`,
  gh: `GH_TOKEN=made-up gh api ${URL}/user`,
  kubectl: `kubectl --server ${URL} get pods`,
  helm: `helm repo add made-up ${URL}`,
  terraform: `printf 'terraform {\\n required_providers {\\n a = {\\n source = "${HOST}/a/b"\\n }\\n }\\n}\\n' >main.tf; terraform init`,
  aws: `AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_MAX_ATTEMPTS=1 aws s3 ls --region eu-west-1 --endpoint-url ${URL}`,
  npm: `npm view left-pad --registry ${URL} --fetch-retries 0`,
  pnpm: `pnpm view left-pad --registry ${URL} --fetch-retries 0`,
  yarn: `yarn info left-pad --registry ${URL}`,
  pip: `python3 -m pip download --no-deps --retries 0 --index-url ${URL}/simple x`,
  uv: `uv pip install --dry-run --index-url ${URL}/simple x`,
  // Releases before 1.68 take an index of this kind only so.
  cargo: `CARGO_HOME=/tmp/cargo CARGO_NET_RETRY=0 RUSTC_BOOTSTRAP=1 cargo -Z sparse-registry search --index sparse+${URL}/ x`,
  go: `cd /tmp && GOFLAGS=-mod=mod GONOSUMDB=* GOPROXY=${URL} GOMODCACHE=/tmp/mod go mod download made.up/x@v1.0.0`,
  gem: `HOME=/tmp gem list --remote --clear-sources --source ${URL}/ x`,
};

/** Those that the machine has; rustup and pyenv start what lies below the home of whoever runs the tests. */
const installed = Object.keys(COMMANDS).filter((program) => {
  try {
    execFileSync("sh", ["-c", `command -v ${program === "pip" ? "python3" : program}`]);
    return true;
  } catch {
    return false;
  }
});
const ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "",
  PYENV_ROOT: process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"),
  RUSTUP_HOME: process.env["RUSTUP_HOME"] ?? join(homedir(), ".rustup"),
};

test("there are some to try", (context) => {
  const missing = whyNotInstalled("curl", "git", "npm");
  if (missing !== undefined) context.skip(missing);
  expect(installed).toEqual(expect.arrayContaining(["curl", "git", "npm"]));
  for (const program of Object.keys(COMMANDS)) expect(proxiedProgram(program)).toBeDefined();
});

describe("of the programs that obey a proxy", () => {
  let machine: HeldMachine;
  beforeAll(async () => {
    if (WHY_NOT_HELD !== undefined) return;
    machine = await heldMachine({ names: { [HOST]: "203.0.113.7" } });
    machine.file(".claude/none", "");
    // A proxy of the person's own files gives way to that of the call.
    const elsewhere = "http://127.0.0.9:9";
    machine.file(join(machine.home, ".gitconfig"), `[http]\n\tproxy = ${elsewhere}\n`);
    machine.file(
      join(machine.home, ".npmrc"),
      `proxy=${elsewhere}\nhttps-proxy=${elsewhere}\nupdate-notifier=false\n`,
    );
    machine.file(join(machine.home, ".config/pip/pip.conf"), `[global]\nproxy = ${elsewhere}\n`);
  });
  afterAll(async () => machine?.remove());
  beforeEach((ctx) => {
    const why = WHY_NOT_HELD ?? machine.trouble;
    if (why !== undefined) ctx.skip(why);
  });

  // Where nothing may be skipped those that are not there are left out.
  const tried = process.env["CI"] === undefined ? Object.keys(COMMANDS) : installed;
  test.for(tried)("%s asks it", { timeout: 60_000 }, async (program, ctx) => {
    if (!installed.includes(program)) ctx.skip(`${program} is not installed`);
    const effect: Effect = {
      kind: "egress",
      destination: { host: HOST, port: undefined, scheme: "https" },
      carries: [],
      via: [program],
      at: undefined,
    };
    await machine.reached();
    const variables = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}='${value}'`);
    const ran = await machine.run({
      command: `export ${variables.join(" ")}; ${COMMANDS[program] ?? ""}`,
      effects: [effect],
      programs: [program],
      timeoutMs: 50_000,
    });
    expect(ran.why).toBeUndefined();
    expect(ran.status, `${ran.said}${ran.complained}`).not.toBe(-2);
    expect(await machine.reached(), `${ran.said}${ran.complained}`).toContain(HOST);
  });
});
