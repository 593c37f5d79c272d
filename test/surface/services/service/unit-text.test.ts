// The service's files: read back by systemd itself and by another plist parser, with paths that try to break them.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  launchdAgent,
  serviceName,
  type ServiceProgram,
  systemdUnit,
} from "#surface/services/service/unit-text.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
let program: ServiceProgram;
const hasVerify = spawnSync("systemd-analyze", ["--version"]).status === 0;
const hasPlist = spawnSync("python3", ["-c", "import plistlib"]).status === 0;
const hostile = `we $HOME %h "q" \\n 'x' <&> é`;

beforeEach(() => {
  room = freshDirectory();
  const root = join(room.path, "data");
  const node = join(room.path, "no $HOME %h <&>", "node");
  mkdirSync(join(node, ".."));
  mkdirSync(join(room.path, hostile), { recursive: true });
  writeFileSync(node, "#!/bin/sh\n");
  chmodSync(node, 0o755);
  mkdirSync(root);
  program = {
    command: [node, join(room.path, hostile, "main.js"), "daemon", "run", "--data", root],
    root,
    isDefaultRoot: true,
    home: room.path,
    outputFile: join(root, "daemon.out"),
  };
});
afterEach(() => room.remove());

describe("the systemd unit", () => {
  test("has no fault that systemd finds, whatever the paths hold", (ctx) => {
    if (!hasVerify) ctx.skip("`systemd-analyze` is not on PATH");
    const verify = (text: string) => {
      const file = join(room.path, "sallyport.service");
      writeFileSync(file, text);
      const env = { PATH: "/usr/bin:/bin", HOME: room.path, XDG_RUNTIME_DIR: room.path };
      const words = ["verify", "--user", "--man=no", file];
      return spawnSync("systemd-analyze", words, { env, encoding: "utf8" });
    };
    const good = verify(systemdUnit(program));
    expect([good.status, good.stderr.replace(/^.*Failed to (?:connect|add).*\n/gm, "")]).toEqual([
      0,
      "",
    ]);
    // The oracle sees what is wrong: an option that does not exist, a program that is not there.
    expect(verify(systemdUnit(program).replace("UMask", "UMusk")).stderr).toContain("UMusk");
    const gone = { ...program, command: ["/nowhere/node", "main.js"] };
    expect(verify(systemdUnit(gone)).stderr).toContain("/nowhere/node");
  });
  test("starts by absolute paths, again after a crash, and not against a stranger", () => {
    const text = systemdUnit({
      ...program,
      command: ["/usr/bin/node", "/opt/s/main.js", "daemon", "run"],
    });
    expect(text).toContain('ExecStart=:"/usr/bin/node" "/opt/s/main.js" "daemon" "run"\n');
    expect(text).toContain("Restart=on-failure\n");
    expect(text).toContain("RestartPreventExitStatus=3\n");
    expect(text).toMatch(/^UnsetEnvironment=.*\bNODE_OPTIONS\b/m);
  });
  test("takes nothing of a path for its own words", () => {
    const line = /^ExecStart=(.*)$/m.exec(systemdUnit(program))?.[1] ?? "";
    expect(line).toContain('$HOME %%h \\"q\\" \\\\n');
    expect(() => systemdUnit({ ...program, command: ["/a'b/node"] })).toThrow(/path of node/);
    expect(() => systemdUnit({ ...program, home: "/a\nExecStartPre=/bin/evil" })).toThrow(
      /control character/,
    );
  });
});

describe("the launchd agent", () => {
  test("is a property list with these words, read by another parser", (ctx) => {
    if (!hasPlist) ctx.skip("`python3` with plistlib is not on PATH");
    const code =
      "import plistlib,sys,json; json.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout)";
    const read = spawnSync("python3", ["-c", code], {
      input: launchdAgent(program),
      encoding: "utf8",
    });
    expect(read.stderr).toBe("");
    expect(JSON.parse(read.stdout)).toMatchObject({
      Label: "sallyport",
      ProgramArguments: program.command,
      EnvironmentVariables: { HOME: program.home, SALLYPORT_HOME: program.root },
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      Umask: 0o077,
    });
  });
  test("does not hold what a property list cannot", () => {
    expect(() => launchdAgent({ ...program, root: "/a\u0000b" })).toThrow(/control character/);
  });
});

test("each data directory has a service of its own", () => {
  const names = ["/a", "/b"].map((root) => serviceName({ ...program, root, isDefaultRoot: false }));
  expect(serviceName(program)).toBe("sallyport");
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toMatch(/^sallyport-[0-9a-f]{8}$/);
});
