// A probe inside of generated profiles, for real: what it reaches outside it does not reach inside, and the project's own work runs.
import { execFile, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseProbeReport } from "#govern/sandbox/probe-report.ts";
import { viewLog } from "#record/store/log-view.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { takeSpooled } from "#surface/services/log/spooled-events.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { PROGRAM } from "../../../program.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { runHere } from "../../cli/in-process.ts";
import { systemClock, withLog } from "../../../record/store/temporary-log.ts";

let room = "";
let home = "";
let project = "";
const servers: Server[] = [];
let port = 0;
const at = (...names: readonly string[]) => join(room, ...names);

function listening(server: Server, where: string | number): Promise<void> {
  servers.push(server);
  return new Promise((done) => {
    if (typeof where === "string") server.listen(where, () => done());
    else server.listen(where, "127.0.0.1", () => done());
  });
}

/** The command in a home of its own. WHY no shell of the test: its variables may hold whatever. */
async function sallyport(...args: readonly string[]) {
  const options = {
    cwd: project,
    env: { PATH: process.env["PATH"] ?? "", HOME: home, LANG: "C.UTF-8" },
    maxBuffer: 16 * 1024 * 1024,
  };
  const ended = promisify(execFile)(process.execPath, [...PROGRAM, ...args], options);
  return ended.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

/** The same in this process, for what only makes and reads files. */
async function said(...args: readonly string[]) {
  const where = args[1] === "audit" || args.includes("--project") ? [] : ["--project", project];
  const environment = { PATH: process.env["PATH"] ?? "", HOME: home };
  const { code, out, err } = await runHere([...args, ...where], environment);
  return { code, stdout: out, stderr: err };
}

beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), "sallyport-isolated-"));
  home = at("home");
  project = at("home", "shop");
  for (const folder of ["home/.ssh", "home/shop/secrets", "outside"])
    mkdirSync(at(folder), { recursive: true });
  const git = ["init", "-q", "-b", "main", "."];
  spawnSync("git", git, { cwd: project, env: { PATH: process.env["PATH"], HOME: home } });
  for (const [file, text] of [
    ["home/.ssh/id_ed25519", "a key\n"],
    ["home/.bashrc", "\n"],
    ["home/shop/.env", "PASSWORD=1\n"],
    ["home/shop/secrets/token", "1\n"],
    ["home/shop/package.json", '{"name":"shop","scripts":{"test":"node test.js"}}'],
    ["home/shop/test.js", 'require("fs").writeFileSync("made.txt", "made"); console.log("ok");'],
    ["outside/file", "as it was\n"],
  ] as const)
    writeFileSync(at(file), text);
  const tcp = createServer((socket) => socket.destroy());
  await listening(tcp, 0);
  const address = tcp.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  await listening(
    createServer((socket) => socket.destroy()),
    at("agent.sock"),
  );
  writeFileSync(
    at("probe.yaml"),
    [
      "tier: regulated",
      `read: ["~/.ssh/id_ed25519", "${project}/.env", "${project}/secrets"]`,
      `write: ["${at("outside/file")}", "${at("outside")}", "~/.bashrc"]`,
      `connect: ["127.0.0.1:${port}"]`,
      `sockets: ["${at("agent.sock")}"]`,
    ].join("\n"),
  );
}, 60_000);
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(room, { recursive: true, force: true });
});

/** Files of a probe that it did not take away. */
function leftOver(...folders: readonly string[]): readonly string[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.startsWith(".sallyport-probe-"));
}

describe("without isolation", () => {
  it("everything that is named is reached, told, and left as it was", async () => {
    const { code, stdout } = await sallyport(
      "sandbox",
      "probe",
      "--expect",
      at("probe.yaml"),
      "--json",
    );
    const report = parseProbeReport(stdout);
    expect([code, report.verdict]).toEqual([1, "broken"]);
    const named = report.trials.filter(({ area }) => area === "named");
    expect(named.map(({ outcome }) => outcome)).toEqual(Array(8).fill("reachable"));
    expect(report.leftBehind).toEqual([]);
    const tried = [home, project, at("outside"), homedir(), "/", "/etc", "/usr/local/bin", "/opt"];
    expect(leftOver(...tried, join(project, ".git/hooks"))).toEqual([]);
    expect(readFileSync(at("outside/file"), "utf8")).toBe("as it was\n");
    // Nothing that was opened is in what is told.
    expect(stdout).not.toMatch(/a key|PASSWORD/);
  }, 60_000);

  it("says where it cannot work, and takes no report of anything else", async () => {
    const bad = [
      ["--expect", "harmless"],
      ["--expect", at("outside/file")],
      ["--project", at("nowhere")],
      ["--via", at("nowhere")],
      ["--via", "/bin/true"],
      ["--via", "/bin/echo"],
      ["--record", "--expect", "ci", "--data", at("nothing")],
    ];
    for (const words of bad) {
      const { code, stdout, stderr } = await said("sandbox", "probe", ...words);
      expect([code, stdout], words.join(" ")).toEqual([2, ""]);
      expect(stderr).toMatch(/^sallyport: /);
    }
  }, 120_000);
});

describe("in a profile of bubblewrap", () => {
  beforeEach((ctx) => skipIfMissing(ctx, WHY_NOT_HELD));
  beforeAll(async () => {
    if (WHY_NOT_HELD !== undefined) return;
    const { code, stdout, stderr } = await sallyport(
      ...["sandbox", "plan", "--target", "bwrap", "--tier", "regulated", "--out", at("jail")],
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("--unshare-net");
  }, 60_000);
  const isolated = (...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(at("jail/isolated"), words, {
      cwd: project,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: home, LEAK: "of-the-starter" },
    });
    return { status, stdout, stderr };
  };

  it("nothing forbidden is read, written or reached, and it goes on record from outside", async () => {
    const data = at("data");
    mkdirSync(join(data, "spool"), { recursive: true, mode: 0o700 });
    const directories = directoriesIn(data);
    const options = {
      log: directories.log,
      keys: directories.keys,
      clock: systemClock,
      productVersion: "0.1.0",
    };
    await withLog(options, () => Promise.resolve());
    const { code, stdout, stderr } = await sallyport(
      ...["sandbox", "probe", "--via", at("jail/isolated"), "--expect", at("probe.yaml")],
      ...["--record", "--data", data, "--json"],
    );
    expect(stderr).toBe("");
    const report = parseProbeReport(stdout);
    expect(report.trials.filter(({ verdict }) => verdict !== "held")).toEqual([]);
    expect([code, report.verdict, report.tier]).toEqual([0, "held", "regulated"]);
    expect(report.trials.filter(({ area }) => area === "named").length).toBeGreaterThanOrEqual(8);
    await takeSpooled(directories);
    const view = await viewLog(directories.log, directories.keys);
    const found: unknown[] = [];
    for await (const { leaf } of view.entries(0, 100))
      if (leaf.kind === "leaf") found.push(leaf.metadata);
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: "isolation",
        what: "held",
        where: "inside",
        tier: "regulated",
      }),
    );
    expect(JSON.stringify(found)).not.toContain(room);
  }, 60_000);

  it("tests, git and files of the project work", () => {
    expect(isolated("npm", "test", "--silent")).toMatchObject({ status: 0, stdout: "ok\n" });
    expect(readFileSync(join(project, "made.txt"), "utf8")).toBe("made");
    const as = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"];
    expect(isolated("git", "add", "test.js").status).toBe(0);
    expect(isolated("git", ...as, "commit", "-qm", "first").status).toBe(0);
    expect(isolated("git", "log", "--format=%s").stdout).toBe("first\n");
  });

  it.each([
    ["cat .env", /Permission denied/],
    ["cat secrets/token", /Permission denied/],
    ["cat ~/.ssh/id_ed25519", /No such file/],
    ["echo x > .git/hooks/pre-commit", /Read-only|Permission/],
    ["echo x > .git/config", /Read-only|Permission/],
    ["echo x > /etc/passwd", /Read-only|Permission/],
    ["touch /usr/local/bin/x", /Read-only|Permission/],
    ["mkdir /root2", /Read-only|Permission/],
    ["unshare --user true", /./],
    ["mount -t tmpfs none /mnt", /./],
  ])("refuses %s", (command, why) => {
    const { status, stderr } = isolated("sh", "-c", command);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(why);
  });

  it("hands on no variable, by no way", () => {
    const { stdout } = isolated("sh", "-c", "env; cat /proc/*/environ | tr '\\0' '\\n'");
    expect(stdout).not.toContain("of-the-starter");
    expect(stdout).toContain(`HOME=${home}`);
  });

  it("is written over nothing, and only as a whole", async () => {
    const again = await said("sandbox", "plan", "--target", "bwrap", "--out", at("jail"));
    expect([again.code, again.stdout]).toEqual([2, ""]);
    writeFileSync(at("outside/probe.yaml"), "mine\n");
    const half = await said("sandbox", "plan", "--target", "bwrap", "--out", at("outside"));
    expect(half.code).toBe(2);
    expect([
      existsSync(at("outside/isolated")),
      readFileSync(at("outside/probe.yaml"), "utf8"),
    ]).toEqual([false, "mine\n"]);
    rmSync(at("outside/probe.yaml"));
  }, 60_000);
});

describe("container files of the project", () => {
  const image = `node:22-slim@sha256:${"a".repeat(64)}`;
  const asked = ["--image", image, "--client", "2.1.328", "--tier", "regulated"];

  it.each([
    ["docker", "run.sh", ["--proxy", "http://egress:3128"]],
    ["compose", "compose.yaml", ["--proxy", "http://egress:3128"]],
    ["devcontainer", "devcontainer.json", ["--proxy", "http://egress:3128"]],
    ["docker", "run.sh", []],
    ["compose", "compose.yaml", []],
  ])(
    "for %s meet all nine items (%s, %j)",
    async (target, file, more) => {
      const out = at(`${target}-${more.length}`);
      const plan = await said(
        ...["sandbox", "plan", "--target", target, ...asked, ...more, "--out", out],
      );
      expect([plan.code, plan.stderr]).toEqual([0, ""]);
      const { code, stdout } = await said("sandbox", "audit", out, "--json");
      const audit = JSON.parse(stdout) as {
        containers: { file: string; items: { item: string; state: string }[] }[];
        unreadable: unknown[];
      };
      expect(audit.containers.map((one) => one.file)).toEqual([file]);
      expect(audit.containers[0]?.items.filter(({ state }) => state !== "met")).toEqual([]);
      expect([audit.containers[0]?.items.length, audit.unreadable, code]).toEqual([9, [], 0]);
    },
    60_000,
  );

  it("hold by the same flags under bubblewrap", async (ctx) => {
    skipIfMissing(ctx, WHY_NOT_HELD);
    const out = at("docker-2");
    const flags = [...readFileSync(join(out, "run.sh"), "utf8").matchAll(/^ {2}(--\S+) \\$/gm)].map(
      ([, flag = ""]) => flag,
    );
    writeFileSync(at("as-docker"), asBubblewrap(flags), { mode: 0o755 });
    const { code, stdout, stderr } = await sallyport(
      ...["sandbox", "probe", "--via", at("as-docker"), "--json"],
      ...["--expect", join(out, "probe.yaml"), "--project", project],
    );
    expect(stderr).toBe("");
    const report = parseProbeReport(stdout);
    // No filter of system calls: an engine brings its own, bubblewrap none.
    const open = report.trials.filter(({ verdict }) => verdict !== "held");
    expect(open.map(({ area }) => area)).toEqual(["seccomp"]);
    expect(code).toBe(1);
  }, 60_000);
});

/** A program that runs a command under bubblewrap as an engine would by these flags, as far as it has the same. */
function asBubblewrap(flags: readonly string[]): string {
  const values = (name: string) =>
    flags.flatMap((flag) => (flag.startsWith(`--${name}=`) ? [flag.slice(name.length + 3)] : []));
  const [user = ""] = values("user");
  const [uid = "0", gid = "0"] = user.split(":");
  const words = [
    ...["--die-with-parent", "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts"],
    ...["--uid", uid, "--gid", gid],
    ...(values("network").length > 0 ? ["--unshare-net"] : []),
    ...(values("cap-drop").includes("ALL") ? ["--cap-drop", "ALL", "--disable-userns"] : []),
    // The image: the system's programs, and nothing of the machine beside them.
    ...[
      "--ro-bind",
      "/usr",
      "/usr",
      "--symlink",
      "usr/bin",
      "/bin",
      "--symlink",
      "usr/lib",
      "/lib",
    ],
    ...[
      "--symlink",
      "usr/lib64",
      "/lib64",
      "--proc",
      "/proc",
      "--ro-bind",
      "/proc/sys",
      "/proc/sys",
    ],
    ...["--dev", "/dev", "--dir", "/run/secrets"],
    ...values("tmpfs").flatMap((one) => {
      const [place = "", options = ""] = one.split(":");
      const mode = /mode=(\d+)/.exec(options)?.[1];
      return [...(mode === undefined ? [] : ["--perms", mode]), "--tmpfs", place];
    }),
    // The program that is tried lies in the image as well. WHY not before the temporary folders: it may lie below one of them.
    ...["--ro-bind", process.cwd(), process.cwd()],
    ...values("volume").flatMap((one) => {
      const [from = "", to = "", how] = one.split(":");
      return [how === "rw" ? "--bind" : "--ro-bind", from, to];
    }),
    ...values("tmpfs").flatMap((one) =>
      /:ro\b/.test(one) ? ["--perms", "0000", "--tmpfs", one.split(":")[0] ?? ""] : [],
    ),
    ...["--symlink", "/workspace", project],
    ...(flags.includes("--read-only") ? ["--remount-ro", "/"] : []),
    ...["--chdir", "/workspace"],
  ];
  const variables = values("env")
    .map((one) => `'${one}'`)
    .join(" ");
  return `#!/bin/sh\nexec env -i PATH=/usr/bin:/bin HOME=/home/claude ${variables} bwrap ${words.map((word) => `'${word}'`).join(" ")} -- "$@"\n`;
}
