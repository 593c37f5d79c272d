// The client's sandbox as it stands on a machine: what settings and programs must be, and what a session's proof is worth.
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { findSandboxProgram } from "#surface/services/containment/sandbox-programs.ts";
import { probeSandbox } from "#surface/services/containment/sandbox-probe.ts";
import {
  namedGatewayPort,
  type SandboxPlaces,
  sandboxStatus,
} from "#surface/services/containment/sandbox-status.ts";
import {
  containmentAnswer,
  proveContainment,
} from "#surface/services/containment/session-proof.ts";
import type { EnvironmentReport } from "#surface/services/facts/environment-report.ts";
import { gatewayPlaces, makeOwnFolder } from "#surface/services/gateway/gateway-places.ts";
import { removeGatewayState, writeGatewayState } from "#surface/services/gateway/gateway-state.ts";
import { userId } from "#platform/user.ts";
import { whyMissing } from "../../../client/machine.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const PATH = "/usr/local/bin:/usr/bin:/bin";
const strict = {
  enabled: true,
  failIfUnavailable: true,
  allowUnsandboxedCommands: false,
  filesystem: { denyRead: ["~/data/keys", "~/.ssh"], allowManagedReadPathsOnly: true },
  network: { allowedDomains: [], allowManagedDomainsOnly: true },
};
let room: ReturnType<typeof freshDirectory>;
let places: SandboxPlaces & { readonly managed: string };
const write = (file: string, content: unknown): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
};
const manage = (sandbox: object, more: object = {}): void =>
  write(join(places.managed, "managed-settings.json"), { sandbox, ...more });
beforeEach(() => {
  room = freshDirectory();
  const at = (name: string): string => join(room.path, name);
  places = {
    root: at("home/shop"),
    home: at("home"),
    configDirectory: at("home/.claude"),
    data: at("home/data"),
    managed: at("managed"),
    path: PATH,
  };
  mkdirSync(places.root, { recursive: true });
  mkdirSync(join(places.data, "keys"), { recursive: true });
  manage(strict);
});
afterEach(() => room.remove());
/** Files of a test belong to who runs it, and only the administrator's count. */
const need = async (ctx: TestContext): Promise<void> => {
  const missing = await whyMissing(["sandbox", "managed"]);
  if (missing !== undefined) ctx.skip(missing);
};
const needAdministrator = (ctx: TestContext): void => {
  if (userId() !== 0)
    ctx.skip("only files of the administrator count, and whoever runs this is none");
};
const problem = (): string | undefined => sandboxStatus(places).problem;

describe("settings and programs", () => {
  it("stand when managed settings say all that is needed", async (ctx) => {
    await need(ctx);
    const standing = sandboxStatus(places);
    expect(standing.problem).toBeUndefined();
    expect("sandbox" in standing && standing.sandbox.denyRead).toContain("~/.ssh");
    expect("programs" in standing && standing.programs.map(({ path }) => path)).toEqual([
      "/usr/bin/bwrap",
      expect.stringContaining("/usr/bin/socat"),
    ]);
  });
  it.for<[name: string, sandbox: object, words: string]>([
    ["off", { ...strict, enabled: false }, "`sandbox.enabled`"],
    ["open where it cannot run", { ...strict, failIfUnavailable: false }, "failIfUnavailable"],
    ["with a way out", { ...strict, allowUnsandboxedCommands: true }, "allowUnsandboxedCommands"],
    ["nested more weakly", { ...strict, enableWeakerNestedSandbox: true }, "widens the sandbox"],
    [
      "with a SOCKS proxy of its own",
      { ...strict, network: { ...strict.network, socksProxyPort: 1 } },
      "not known",
    ],
    ["with a key of a later client", { ...strict, escape: true }, "not known"],
    [
      "with a service",
      { ...strict, network: { ...strict.network, allowUnixSockets: ["/s"] } },
      "services",
    ],
    [
      "with keys that can be read",
      { ...strict, filesystem: { allowManagedReadPathsOnly: true } },
      "can be read",
    ],
    [
      "with hosts of everybody",
      { ...strict, network: { allowedDomains: [] } },
      "allowManagedDomainsOnly",
    ],
  ])("do not stand %s", ([, sandbox, words], ctx) => {
    needAdministrator(ctx);
    manage(sandbox);
    expect(problem()).toContain(words);
  });
  it("need every managed file to agree, and a whole one", async (ctx) => {
    await need(ctx);
    const dropIn = join(places.managed, "managed-settings.d", "90.json");
    write(dropIn, { sandbox: { enabled: false } });
    expect(problem()).toContain("`sandbox.enabled`");
    write(dropIn, "");
    expect(problem()).toContain("cannot be told");
    write(dropIn, { sandbox: { filesystem: { denyRead: ["~/.aws"] } } });
    // Whether lists of several files are joined is not known, so nothing is hidden for certain.
    expect(problem()).toContain("can be read");
  });
  it("are nobody's but the administrator's", async (ctx) => {
    await need(ctx);
    chmodSync(join(places.managed, "managed-settings.json"), 0o666);
    expect(problem()).toContain("can be changed by others");
    chmodSync(join(places.managed, "managed-settings.json"), 0o644);
    chownSync(places.managed, 4321, 4321);
    expect(problem()).toContain("can be changed by others");
  });
  it.each([
    ["our data lie", "data", (at: string) => at],
    ["a link to our data leads", "data", (at: string) => `${at}-link`],
    ["the client's own files lie", "configDirectory", (at: string) => at],
  ] as const)("do not stand where %s in the project", async (_name, key, spell) => {
    const inside = join(places.root, "tools");
    mkdirSync(join(inside, "keys"), { recursive: true });
    const path = spell(inside);
    if (path !== inside) symlinkSync(inside, path);
    places = { ...places, [key]: path };
    const hidden = {
      ...strict.filesystem,
      denyRead: [`${path}/keys`, `${inside}/keys`, "~/data/keys"],
    };
    manage({ ...strict, filesystem: hidden });
    if ((await whyMissing(["sandbox", "managed"])) === undefined)
      expect(problem()).toBe(`\`${path}\` lies in the project, which is written in the sandbox`);
    else expect(problem()).toBeDefined();
  });
  it("do not stand where the project is the home", async (ctx) => {
    await need(ctx);
    places = { ...places, root: places.home };
    expect(problem()).toContain("lies in the project");
  });
  it("of a server are not seen, so nothing is known", async (ctx) => {
    await need(ctx);
    write(join(places.configDirectory, "remote-settings.json"), {});
    expect(problem()).toContain("settings of a server");
  });
  it("of a person that open a control are a problem, others widen what is written", async (ctx) => {
    await need(ctx);
    const file = join(places.home, ".claude", "settings.json");
    write(file, { sandbox: { filesystem: { allowWrite: ["~/.npm"] } } });
    const standing = sandboxStatus(places);
    expect("sandbox" in standing && standing.sandbox.allowWrite).toEqual(["~/.npm"]);
    write(file, { permissions: { additionalDirectories: ["~/"] } });
    expect(problem()).toContain("can be written");
    write(file, { permissions: { allow: ["Edit(//opt/**)", "Edit(src/**)"] } });
    const other = sandboxStatus(places);
    expect("sandbox" in other && other.sandbox.allowWrite).toEqual(["/opt"]);
  });
});

describe("a registry gateway that managed settings name", () => {
  const PORT = 40_127;
  const named = (httpProxyPort: unknown) => ({
    ...strict,
    network: { ...strict.network, httpProxyPort },
  });
  const runOn = (port: number): void => {
    makeOwnFolder(gatewayPlaces(places.data).root);
    writeGatewayState(places.data, port);
  };
  const registries = (): unknown => {
    const standing = sandboxStatus(places);
    return "sandbox" in standing ? standing.sandbox.registries : standing.problem;
  };
  it("lets the registries be read that it answers for, and none without it", async (ctx) => {
    await need(ctx);
    expect(registries()).toEqual([]);
    runOn(PORT);
    expect(registries()).toEqual([]);
    manage(named(PORT));
    expect(registries()).toEqual(READING_REGISTRIES);
  });
  it("is a problem where none runs, where it has ended, and where it listens elsewhere", async (ctx) => {
    await need(ctx);
    manage(named(PORT));
    expect(registries()).toContain("none runs: `sallyport gateway start`");
    runOn(PORT + 1);
    expect(registries()).toContain(`listens on port ${PORT + 1}`);
    removeGatewayState(places.data);
    expect(registries()).toContain("none runs");
  });
  it.for([0, -1, 65_536, 1.5, "40127", null, [40_127]])("is none at %j", (port, ctx) => {
    needAdministrator(ctx);
    manage(named(port));
    runOn(PORT);
    expect(problem()).toContain("is no port");
  });
  it.for<[whose: string, file: string]>([
    ["a person", "home/.claude/settings.json"],
    ["the project", "home/shop/.claude/settings.json"],
    ["the project's own", "home/shop/.claude/settings.local.json"],
  ])("is nobody's but the administrator's: not of %s", ([, file], ctx) => {
    needAdministrator(ctx);
    runOn(PORT);
    write(join(room.path, file), { sandbox: { network: { httpProxyPort: PORT } } });
    expect(problem()).toContain("a proxy that managed settings do not name");
    manage(named(PORT));
    expect(problem()).toContain("a proxy that managed settings do not name");
  });
  it("is one: two managed files that name two are a problem", async (ctx) => {
    await need(ctx);
    manage(named(PORT));
    runOn(PORT);
    const dropIn = join(places.managed, "managed-settings.d", "90.json");
    write(dropIn, { sandbox: { network: { httpProxyPort: PORT } } });
    expect(registries()).toEqual(READING_REGISTRIES);
    write(dropIn, { sandbox: { network: { httpProxyPort: PORT + 1 } } });
    expect(problem()).toContain("several ports");
  });
  it("is part of the proof by its port, and not by its process", async (ctx) => {
    await need(ctx);
    const digest = (): unknown => Object(sandboxStatus(places)).sandbox?.digest;
    const without = digest();
    manage(named(PORT));
    runOn(PORT);
    const first = digest();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(first).not.toBe(without);
    removeGatewayState(places.data);
    expect(digest()).toBeUndefined();
    runOn(PORT);
    expect(digest()).toBe(first);
    manage(named(PORT + 1));
    runOn(PORT + 1);
    expect(digest()).not.toBe(first);
  });
  it("is named for a session's start, as far as the settings can be read", async (ctx) => {
    await need(ctx);
    expect(namedGatewayPort(places)).toBeUndefined();
    manage(named(PORT));
    expect(namedGatewayPort(places)).toBe(PORT);
    manage(named("x"));
    expect(namedGatewayPort(places)).toBeUndefined();
    rmSync(places.managed, { recursive: true });
    expect(namedGatewayPort(places)).toBeUndefined();
  });
});

describe("the programs of the sandbox", () => {
  it("are those of the system, and none that lies before them on PATH", async (ctx) => {
    await need(ctx);
    const fake = join(room.path, "bin", "bwrap");
    write(fake, "#!/bin/sh\n");
    chmodSync(fake, 0o755);
    const found = (path: string | undefined, fixed?: string) =>
      findSandboxProgram("bwrap", fixed, path);
    expect(found(`${dirname(fake)}:${PATH}`)).toContain("no program of the system");
    expect(found(`bin:${PATH}`)).toContain("not absolute");
    expect(found(`:${PATH}`)).toContain("not absolute");
    expect(found(PATH, fake)).toContain("no program of the system");
    expect(found(undefined)).toContain("not absolute");
    expect(found(PATH)).toMatchObject({ path: "/usr/bin/bwrap" });
  });
});

describe("the probe", () => {
  const program = (text: string) => {
    const path = join(room.path, "bwrap");
    write(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return [{ path, identity: "x" }];
  };
  it("passes in a sandbox that holds", async (ctx) => {
    await need(ctx);
    expect(await probeSandbox([{ path: "/usr/bin/bwrap", identity: "x" }])).toBeUndefined();
  });
  it.each([
    [
      "runs the command without one",
      'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
      "write outside",
    ],
    ["runs nothing and says it did", "echo ended", "did not run"],
    ["fails", "exit 3", "does not run here"],
  ])("fails where the program %s", async (_name, text, words) => {
    expect(await probeSandbox(program(text))).toContain(words);
  });
  it("fails where network and processes are the machine's", async (ctx) => {
    await need(ctx);
    const text =
      'for word do shift; case $word in --unshare-*) ;; *) set -- "$@" "$word";; esac; done; exec /usr/bin/bwrap "$@"';
    expect(await probeSandbox(program(text))).toContain("shares network or processes");
  });
});

describe("a session's proof", () => {
  const proven = async (ancestors: readonly string[] = ["claude"]): Promise<EnvironmentReport> => ({
    variables: [["PATH", PATH]],
    withheld: [],
    containment: await proveContainment(places, () => [ancestors]),
  });
  it("holds while nothing changed", async (ctx) => {
    await need(ctx);
    const report = await proven();
    expect(containmentAnswer(report, places)).toMatchObject({ sandbox: { hosts: [] } });
    write(join(places.root, ".claude", "settings.local.json"), {
      permissions: { allow: ["Bash(ls)"] },
    });
    expect(containmentAnswer(report, places)).toMatchObject({ sandbox: { hosts: [] } });
  });
  it.each([
    ["managed settings changed", () => manage({ ...strict, autoAllowBashIfSandboxed: true })],
    ["they are gone", () => rmSync(places.managed, { recursive: true })],
    [
      "the project excludes a command",
      () =>
        write(join(places.root, ".claude/settings.json"), { sandbox: { excludedCommands: ["x"] } }),
    ],
    [
      "a person widened it",
      () =>
        write(join(places.home, ".claude/settings.json"), {
          sandbox: { filesystem: { allowWrite: ["/x"] } },
        }),
    ],
    [
      "a file of settings cannot be read",
      () => write(join(places.root, ".claude/settings.json"), "{"),
    ],
  ])("is over when %s", async (_name, change) => {
    if ((await whyMissing(["sandbox", "managed"])) !== undefined) {
      expect((await proven()).containment?.kind).toBe("unproven");
      return;
    }
    const report = await proven();
    change();
    expect(containmentAnswer(report, places)).toMatchObject({
      sandbox: undefined,
      why: expect.any(String),
    });
  });
  it("is none in another directory, without a start, or with PATH changed since", async (ctx) => {
    await need(ctx);
    const report = await proven();
    const why = (told: EnvironmentReport | undefined, at: SandboxPlaces = places) =>
      Object(containmentAnswer(told, at)).why;
    expect(why(report, { ...places, root: places.home })).toContain("another directory");
    expect(why(undefined)).toContain("told nothing");
    expect(why({ ...report, amended: ["PATH"] })).toContain("changed `PATH`");
  });
  it.each(["--settings={}", "--settings", "--add-dir"])(
    "is none for a client started with %s",
    async (word) => {
      const { containment } = await proven(["claude", word, "x"]);
      expect(containment?.kind).toBe("unproven");
    },
  );
  it("is none where it is not known how the client was started", async () => {
    expect((await proveContainment(places, () => undefined)).kind).toBe("unproven");
  });
});
