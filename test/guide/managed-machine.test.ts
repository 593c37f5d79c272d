// The guide's guard of a whole machine, from its package to its removal: each line as an ordinary account types it, in a system that is a copy of this one.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readPackage } from "#surface/foundation/product/product-files.ts";
import { buildDeb } from "#surface/services/installer/build-deb.ts";
import { findClient } from "../client/client-binary.ts";
import { whyMissing } from "../client/machine.ts";
import { openPrivateSystem, type PrivateSystem, SYSTEM_TOOLS } from "../client/private-system.ts";
import { whyNotInstalled } from "../installed.ts";
import { skipIfMissing } from "../skipping.ts";
import { finish, type Typed } from "../surface/cli/typed.ts";
import { until } from "../until.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PEOPLE = ["ada", "bob", "eve"] as const;
const WHOLE_MS = 1_500_000;
const TOOLS = ["apt-get", "dpkg-deb", "sudo", "script", ...SYSTEM_TOOLS];

let missing: string | undefined;
let system: PrivateSystem;
let service: ChildProcess | undefined;

/** The lines of the guide's block, without what stands behind them for people. */
function guideLines(): readonly string[] {
  const page = readFileSync(join(ROOT, "docs/guide/deploying-a-policy.md"), "utf8");
  const section = page.split("### One guard for all accounts of a machine")[1] ?? "";
  const block = /```\n(.*?)```/s.exec(section)?.[1] ?? "";
  return block
    .trim()
    .split("\n")
    .map((line) => line.replace(/\s+# .*$/, ""));
}

const asRoot = (line: string) => system.asRoot(line);

/** Has somebody type a line at a terminal, and what is asked for. */
function typed(name: string, line: string): Promise<Typed> {
  const rights = ["--reuid", name, "--regid", name, "--init-groups", "--inh-caps=-all"];
  const person = [
    "env",
    "-i",
    `HOME=/home/${name}`,
    "LANG=C.UTF-8",
    "PATH=/usr/local/bin:/usr/bin:/bin",
  ];
  const there = `cd ~ && ${line}`;
  const [program, words] = system.inside(
    "setpriv",
    ...rights,
    "--",
    ...person,
    "script",
    "-qec",
    there,
    "/dev/null",
  );
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"] });
  let answered = 0;
  return finish(child, (text) => {
    const asked = [...text.matchAll(/type `(\w+)` to go on|\[(Y)\/n\]/g)].map(
      ([, word, yes]) => word ?? yes,
    );
    for (; answered < asked.length; answered += 1) child.stdin?.write(`${asked[answered]}\n`);
  });
}

/** As systemd starts it: there is none in here. */
async function startService(): Promise<void> {
  const [program, words] = system.inside("/usr/bin/sallyport", "machine", "serve");
  const child = spawn(program, words, {
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (piece) => (said += String(piece)));
  await until(
    "the service runs",
    () => /guards \d+ accounts/.test(said) || child.exitCode !== null,
    {
      withinMs: 120_000,
    },
  );
  expect(said).toMatch(/guards [45] accounts/);
  service = child;
}
async function stopService(): Promise<void> {
  const child = service;
  if (child === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  asRoot("pkill -TERM -f 'machine serve'");
  await ended;
  service = undefined;
}

async function packed(revision: number): Promise<string> {
  const order = {
    maintainer: "Ada <ada@example.com>",
    madeS: 1_700_000_000,
    configuration: new Map(),
  };
  const { name, bytes } = await buildDeb(readPackage(ROOT), { ...order, revision }, 0);
  writeFileSync(join(system.view, "home/ada", name), bytes);
  return name;
}

beforeAll(async () => {
  missing = (await whyMissing(["client", "managed"])) ?? whyNotInstalled(...TOOLS);
  const client = await findClient();
  if (missing !== undefined || client.kind !== "ready") return;
  expect(
    spawnSync(process.execPath, [join(ROOT, "scripts", "bootstrap.mjs"), "--build"]).status,
  ).toBe(0);
  system = await openPrivateSystem(PEOPLE, client.path);
}, WHOLE_MS);
afterAll(async () => {
  await system?.close();
});

/** What is ours in the system, but for homes, where people keep their own. */
const OURS =
  "find /etc /var/lib /usr /opt /run -xdev -iname '*sallyport*' -o -name claude-code; getent group sallyport";

/** What stands after a line of the guide, beside that it ended well. */
const AFTER: Readonly<Record<string, () => Promise<void>>> = {
  async "sudo sallyport machine try"() {
    // One that comes later, a second name of the administrator, and an account that nobody logs in to.
    asRoot("useradd --create-home joe; useradd -o -u 0 -g 0 -d /root toor");
    for (const name of ["joe", "toor", "nobody"])
      expect(asRoot(`sallyport machine try ${name}`)).toMatchObject({ status: 0 });
    expect(await typed("joe", "sallyport machine try joe")).toMatchObject({ code: 0 });
    expect(await typed("bob", "sallyport machine try eve")).toMatchObject({ code: 2 });
    expect(await typed("bob", heldCall)).toEqual({
      code: 0,
      text: expect.stringMatching(/^made-up \w+\r\n$/),
    });
  },
  async "sudo sallyport policy drift"() {
    const file = "/etc/claude-code/managed-settings.json";
    asRoot(`cp -p ${file} /srv/kept; echo '{}' >${file}`);
    const { code, text } = await typed("ada", "sudo sallyport policy drift");
    expect([code, text]).toEqual([1, expect.stringContaining(file)]);
    asRoot(`cp -p /srv/kept ${file}`);
  },
};

/** A call of code that nobody foresees, asked about and run as the client does both. */
const heldCall = [
  "mkdir -p shop && cd shop && echo KEY=hunter2hunter2 >.env",
  `echo 'console.log(require("fs").readFileSync([...process.argv[2]].reverse().join(""),"utf8"))' >work.cjs`,
  `echo '{"session_id":"s","cwd":"'$PWD'","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"node work.cjs vne."},"tool_use_id":"c"}' >call.json`,
  "node /usr/lib/sallyport/node_modules/sallyport/dist/machine-hook.cjs --waits 60 <call.json >answer.json",
  `node -p 'JSON.parse(require("fs").readFileSync("answer.json")).hookSpecificOutput.updatedInput.command' >held.sh`,
  `bash held.sh >said && ! grep -q hunter2 said && sed -n "s/^KEY=/made-up /p" said`,
].join(" && ");

it("is set up, proven, looked at, upgraded and removed as the guide says", {
  timeout: WHOLE_MS,
  retry: 0,
}, async (ctx) => {
  skipIfMissing(ctx, missing);
  const names = [await packed(1), await packed(2)];
  const before = asRoot(OURS).text;
  const lines = guideLines();
  expect(lines.length).toBeGreaterThan(9);
  for (const [at, line] of lines.entries()) {
    const real = names.reduce(
      (text, name, n) => text.replace(`sallyport_1.0.0-${n + 1}_all.deb`, name),
      line,
    );
    if (line.includes("apt purge")) await stopService();
    const { code, text } = await typed("ada", real);
    if (code !== 0) throw new Error(`\`${line}\` ended with ${code}: ${text.slice(-2_000)}`);
    // There is no systemd to start it.
    if (line.includes("apt install")) {
      await stopService();
      await startService();
    }
    if (lines.indexOf(line) === at) await AFTER[line]?.();
  }
  expect(asRoot(OURS).text).toBe(before);
});
