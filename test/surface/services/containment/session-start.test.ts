// What a session's start does before it proves anything: a registry gateway that managed settings name is started.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { containmentAnswer } from "#surface/services/containment/session-proof.ts";
import { ensureGateway, startReport } from "#surface/services/containment/start-report.ts";
import { gatewayPlaces, makeOwnFolder } from "#surface/services/gateway/gateway-places.ts";
import { readRunningGateway, writeGatewayState } from "#surface/services/gateway/gateway-state.ts";
import { whyMissing } from "../../../client/machine.ts";
import { freshDirectory, preToolUse } from "../../daemon/daemon-stand.ts";

const PORT = 40_127;
let room: ReturnType<typeof freshDirectory>;
let data: string;
const write = (file: string, content: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};
/** A program in force that does as told, and says how it was called. */
const installProgram = (script: string): void => {
  const file = join(data, "bin", "sallyport");
  write(file, `#!/bin/sh\necho "$*" >> ${join(room.path, "called")}\n${script}\n`);
  chmodSync(file, 0o755);
};
/** A gateway starts by saying so; here this process stands for it. */
const listening = (): string => {
  writeGatewayState(data, PORT);
  const { stateFile } = gatewayPlaces(data);
  const state = readFileSync(stateFile, "utf8").trim();
  writeFileSync(stateFile, "");
  return `umask 077; printf '%s\\n' '${state}' > ${stateFile}`;
};
const called = (): string =>
  existsSync(join(room.path, "called")) ? readFileSync(join(room.path, "called"), "utf8") : "";
beforeEach(() => {
  room = freshDirectory();
  data = join(room.path, "data");
  mkdirSync(data);
  makeOwnFolder(gatewayPlaces(data).root);
});
afterEach(() => room.remove());

describe("a gateway that is named", () => {
  it("is started by the program in force, and waited for", async () => {
    installProgram(listening());
    await ensureGateway(data, PORT);
    expect(readRunningGateway(data)).toEqual({ port: PORT, pid: process.pid });
    expect(called()).toBe(`gateway run --port ${PORT}\n`);
  });
  it("is not started where one runs, whatever its port", async () => {
    installProgram("exit 0");
    writeGatewayState(data, PORT + 1);
    await ensureGateway(data, PORT);
    expect(called()).toBe("");
  });
  it.each([
    ["no program is there", undefined],
    ["it ends at once", "exit 1"],
    ["it hangs", "exec sleep 70"],
  ])("is gone without where %s", async (_name, script) => {
    if (script !== undefined) installProgram(script);
    await ensureGateway(data, PORT);
    expect(readRunningGateway(data)).toBeUndefined();
  });
});

describe("a session's start", () => {
  const strict = {
    enabled: true,
    failIfUnavailable: true,
    allowUnsandboxedCommands: false,
    filesystem: { denyRead: [], allowManagedReadPathsOnly: true },
  };
  const shellFile = (): string => join(room.path, "home/.claude/session-env/s/hook-0.sh");
  const started = async (network: object, eventName = "SessionStart") => {
    const managed = join(room.path, "managed");
    const sandbox = { ...strict, network: { allowManagedDomainsOnly: true, ...network } };
    write(join(managed, "managed-settings.json"), JSON.stringify({ sandbox }));
    const home = join(room.path, "home");
    mkdirSync(join(home, "shop"), { recursive: true });
    const payload = preToolUse({
      hook_event_name: eventName,
      source: "startup",
      transcript_path: join(home, ".claude/projects/p/s.jsonl"),
    });
    const report = { variables: [["PATH", "/usr/bin:/bin"]], withheld: [] } as const;
    mkdirSync(dirname(shellFile()), { recursive: true });
    const places = { directory: join(home, "shop"), data, home, managed, shellFile: shellFile() };
    return (await startReport(report, Buffer.from(payload), places)).containment;
  };
  it("starts the gateway that managed settings name", async (ctx) => {
    const missing = await whyMissing(["sandbox", "managed"]);
    if (missing !== undefined) ctx.skip(missing);
    installProgram(listening());
    const containment = await started({ httpProxyPort: PORT });
    expect(called()).toBe(`gateway run --port ${PORT}\n`);
    expect(JSON.stringify(containment)).not.toContain("gateway");
    // Only what is proven is told where caches lie and whom to trust.
    const isProven = containment?.kind === "proven";
    const told = existsSync(shellFile()) ? readFileSync(shellFile(), "utf8") : "";
    expect(told.includes("NODE_EXTRA_CA_CERTS")).toBe(isProven);
  });
  it("contains nothing while that gateway does not run, says why, and does once it runs", async (ctx) => {
    const missing = await whyMissing(["sandbox", "managed"]);
    if (missing !== undefined) ctx.skip(missing);
    const containment = await started({ httpProxyPort: PORT });
    if (containment === undefined) throw new Error("a start tells of its sandbox");
    const home = join(room.path, "home");
    const answer = () =>
      containmentAnswer(
        { variables: [["PATH", "/usr/bin:/bin"]], withheld: [], containment },
        {
          root: join(home, "shop"),
          home,
          configDirectory: join(home, ".claude"),
          data,
          managed: join(room.path, "managed"),
        },
      );
    if (containment.kind === "proven")
      expect(answer()).toMatchObject({
        sandbox: undefined,
        why: expect.stringContaining("none runs: `sallyport gateway start`"),
      });
    writeGatewayState(data, PORT);
    if (containment.kind === "proven")
      expect(answer()).toMatchObject({ sandbox: { registries: READING_REGISTRIES } });
  });
  it("starts none where no managed settings name one, and at no other event", async () => {
    installProgram("exit 0");
    await started({});
    await started({ httpProxyPort: PORT }, "Stop");
    expect(called()).toBe("");
  });
});
