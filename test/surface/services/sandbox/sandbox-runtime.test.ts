// The generated settings of `@anthropic-ai/sandbox-runtime` with the real program, as a person's account: what a probe finds in it, and a project's own work.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseProbeReport } from "#govern/sandbox/probe-report.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { whyNotInstalled } from "../../../installed.ts";
import { PROGRAM } from "../../../program.ts";

/** The release that the settings are made for. */
const PACKAGE = "@anthropic-ai/sandbox-runtime@0.0.83";
/** Debian's account `games`. WHY not the administrator: the program leaves that one its rights. */
const PERSON = 5;
const isRoot = process.getuid?.() === 0;

let room = "";
let missing = WHY_NOT_HELD ?? whyNotInstalled("socat", "rg", "setpriv");
let sink: Server;
let reached = 0;
let port = 0;
const at = (...names: readonly string[]): string => join(room, ...names);

/** Runs a program as the person, with variables of theirs alone. */
function run(...words: readonly string[]) {
  const as = isRoot
    ? ["setpriv", `--reuid=${PERSON}`, `--regid=${PERSON}`, "--clear-groups", "--", ...words]
    : words;
  const { status, stdout, stderr } = spawnSync(as[0] ?? "", as.slice(1), {
    cwd: at("home/shop"),
    encoding: "utf8",
    timeout: 100_000,
    env: {
      PATH: `${at("srt/node_modules/.bin")}:${process.env["PATH"] ?? ""}`,
      HOME: at("home"),
      LANG: "C.UTF-8",
      LEAK: "of-the-starter",
    },
  });
  return { status, stdout, stderr };
}
const isolated = (command: string) => run(at("jail/isolated"), "sh", "-c", command);
const sallyport = (...words: readonly string[]) => run(process.execPath, ...PROGRAM, ...words);

beforeAll(async () => {
  if (missing !== undefined) return;
  // WHY not the administrator's own place: the person has to come there.
  room = mkdtempSync(join(isRoot ? "/tmp" : tmpdir(), "sallyport-runtime-"));
  for (const folder of ["home/.ssh", "home/shop", "outside", "srt"])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at("srt/package.json"), "{}\n");
  try {
    const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"];
    execFileSync("npm", [...install, PACKAGE], { cwd: at("srt"), stdio: "pipe", timeout: 120_000 });
  } catch (error) {
    missing = `the registry of packages could not be asked: ${String(error).split("\n")[0]}`;
    return;
  }
  for (const [file, text] of [
    ["home/.ssh/id_ed25519", "a key\n"],
    ["home/.bashrc", "# own\n"],
    ["home/shop/.env", "PASSWORD=kept-to-itself\n"],
    ["home/shop/package.json", '{"name":"shop","scripts":{"test":"node test.js"}}'],
    ["home/shop/test.js", 'require("fs").writeFileSync("made.txt", "made"); console.log("ok");'],
    ["outside/file", "as it was\n"],
  ] as const)
    writeFileSync(at(file), text);
  sink = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", () => resolve()));
  const address = sink.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  chmodSync(room, 0o755);
  if (isRoot) for (const path of ["", "home", "home/.ssh", "home/shop", "outside"]) own(at(path));
  if (isRoot) execFileSync("chown", ["-R", `${PERSON}:${PERSON}`, at("home"), at("outside")]);
  const made = sallyport(
    ...["sandbox", "plan", "--target", "sandbox-runtime", "--tier", "regulated"],
    ...["--out", at("jail"), "--project", at("home/shop")],
  );
  expect([made.status, made.stderr]).toEqual([0, ""]);
}, 300_000);
afterAll(() => {
  sink?.close();
  if (room !== "") rmSync(room, { recursive: true, force: true });
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

const own = (path: string): void => chownSync(path, PERSON, PERSON);

describe("inside of sandbox-runtime with the generated settings", () => {
  it("a probe reaches nothing that is forbidden", () => {
    const { status, stdout } = sallyport(
      ...["sandbox", "probe", "--via", at("jail/isolated")],
      ...["--expect", at("jail/probe.yaml"), "--json"],
    );
    const report = parseProbeReport(stdout);
    expect(report.trials.filter(({ verdict }) => verdict !== "held")).toEqual([]);
    expect([status, report.verdict, report.tier]).toEqual([0, "held", "regulated"]);
    expect(report.trials.length).toBeGreaterThan(100);
  }, 120_000);

  it("the project's own tests pass, and what they make is there", () => {
    expect(isolated("npm test --silent")).toMatchObject({ status: 0, stdout: "ok\n" });
    expect(readFileSync(at("home/shop/made.txt"), "utf8")).toBe("made");
  }, 60_000);

  it("secrets are not read, and nothing outside is written or reached", () => {
    const tried = [
      `cat .env ~/.ssh/id_ed25519 2>&1`,
      `echo x >>~/.bashrc; echo x >>${at("outside/file")}; echo x >${at("outside/new")}`,
      `node -e 'require("net").connect(${port}, "127.0.0.1").on("error", () => {})'`,
      "env",
    ].map((command) => isolated(command).stdout);
    expect(tried.join("\n")).not.toMatch(/kept-to-itself|a key|of-the-starter/);
    expect(readFileSync(at("home/.bashrc"), "utf8")).toBe("# own\n");
    expect(readFileSync(at("outside/file"), "utf8")).toBe("as it was\n");
    expect(existsSync(at("outside/new"))).toBe(false);
    expect(reached).toBe(0);
  }, 120_000);
});
