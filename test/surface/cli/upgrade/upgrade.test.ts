// Upgrades of a real installation: shown, made, undone at every step, returned from, and finished after a crash.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { type UpgradeRequest, upgradeProgram } from "#surface/cli/commands/maintenance/upgrade.ts";
import { sendCanaries } from "#surface/services/daemon-process/canary.ts";
import { readInstall } from "#surface/services/installation/install.ts";
import {
  daemonStatus,
  ensureDaemon,
  stopDaemon,
} from "#surface/services/daemon-process/lifecycle.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { processStart } from "#platform/processes.ts";
import { startDetached, stopGateway } from "#surface/services/gateway/gateway-lifecycle.ts";
import { readRunningGateway } from "#surface/services/gateway/gateway-state.ts";
import { launchInForce, readInForce, shimsIn } from "#surface/services/program/in-force.ts";
import { takeSnapshot } from "#surface/cli/upgrade/snapshot.ts";
import { upgradeSteps } from "#surface/cli/upgrade/upgrade.ts";
import { freePort } from "../../daemon/daemon-stand.ts";
import { openProgramStand, type ProgramStand } from "../../services/program/program-stand.ts";
import { silent } from "../../silent-terminal.ts";
import { sampled } from "../../../sampled.ts";

let stand: ProgramStand;
let http = "";
let command = "";
const places = () => directoriesIn(stand.data);
const settingsOf = (root: string) => join(root, ".claude", "settings.local.json");
const idOf = (running: ProgramStand["first"]) =>
  running.kind === "built" ? running.product.id : "";

beforeAll(async () => {
  stand = await openProgramStand();
  http = await stand.guard("shop", "http");
  command = await stand.guard("it's a shop", "command");
  const install = readInstall(places());
  const launch = launchInForce(places());
  if (install === undefined || launch === undefined) throw new Error("nothing is in force");
  const { environment } = stand;
  expect(await ensureDaemon(install, { ...launch, environment })).toMatchObject({
    kind: "started",
  });
});
afterAll(async () => {
  const install = readInstall(places());
  if (install !== undefined) await stopDaemon(install);
  stand.close();
});

const upgrade = (more: Partial<UpgradeRequest> = {}) =>
  upgradeProgram({
    rollback: false,
    yes: true,
    dryRun: false,
    terminal: silent,
    environment: stand.environment,
    data: stand.data,
    running: stand.second,
    ...more,
  });

/** Everything that an upgrade may touch, as text. */
function state(): Readonly<Record<string, unknown>> {
  const { stateFile, projectsFile, programs, root } = places();
  const files = [stateFile, projectsFile, join(programs, "in-force")];
  const shims = Object.values(shimsIn(places()));
  const all = [...files, ...shims, settingsOf(http), settingsOf(command)];
  return {
    ...Object.fromEntries(
      all.map((file) => [file, existsSync(file) ? readFileSync(file, "utf8") : undefined]),
    ),
    programs: readdirSync(programs).toSorted(),
    // A daemon makes the one for held calls when the first of them comes, and writes files anew under names of their own.
    root: readdirSync(root).filter((name) => !/^(?:bin|hold)$|\.tmp$/.test(name)),
  };
}
const daemonVersion = async () => (await daemonStatus(places())).version;
async function proveBoth(roots = [http, command]) {
  for (const root of roots) {
    const results = await sendCanaries({ settingsFile: settingsOf(root), root });
    expect(results.map(({ isGood }) => isGood)).toEqual([true, true]);
  }
}

describe("before", () => {
  it("the first program is in force, whichever is run", async () => {
    expect(readInForce(places())?.current.id).toBe(idOf(stand.first));
    expect(await daemonVersion()).toBe("1.0.0");
    await proveBoth();
  });
  it("shows what would change and changes nothing", async () => {
    const before = state();
    const outcome = await upgrade({ dryRun: true });
    expect(outcome.kind).toBe("planned");
    expect(outcome.changes).toEqual([
      `program: ${idOf(stand.first)} to ${idOf(stand.second)}`,
      "daemon: is started again",
    ]);
    await expect(upgrade({ yes: false })).rejects.toThrow("add `--yes`");
    const declined = { ...silent, isInteractive: true };
    expect((await upgrade({ yes: false, terminal: declined })).kind).toBe("declined");
    expect(state()).toEqual(before);
    expect((await upgrade({ running: stand.first })).kind).toBe("unchanged");
    await expect(upgrade({ rollback: true })).rejects.toThrow("no program before");
  });
});

describe("a failure", () => {
  it.each(sampled(upgradeSteps, 9).map((step) => [step]))(
    "before `%s` leaves the old program whole, and its daemon running",
    async (failing) => {
      const before = state();
      const failed = upgrade({
        before: (step) => {
          if (step === failing) throw new Failure("planted", "planted here");
        },
      });
      await expect(failed).rejects.toThrow(`failed at \`${failing}\`: planted here; `);
      expect(state()).toEqual(before);
      expect(await daemonVersion()).toBe("1.0.0");
      await proveBoth([http]);
    },
  );
  it("of the new program to judge is one, and it is undone", async () => {
    const before = state();
    await expect(upgrade({ running: stand.broken() })).rejects.toThrow(
      /failed at `canary`: .*went wrong; everything is as it was before/,
    );
    expect(state()).toEqual(before);
    expect(await daemonVersion()).toBe("1.0.0");
  });
});

describe("upgrading", () => {
  it("puts the new program in force, starts its daemon, and proves both transports", async () => {
    const settings = readFileSync(settingsOf(http), "utf8");
    const { current } = readInForce(places()) ?? {};
    const gateway = await startDetached(stand.data, await freePort(), current);
    const outcome = await upgrade();
    expect(outcome.kind).toBe("upgraded");
    const record = readInForce(places());
    expect(record?.current.id).toBe(idOf(stand.second));
    expect(record?.previous?.id).toBe(idOf(stand.first));
    expect(await daemonVersion()).toBe("1.1.0");
    // The registry gateway is of the new program too, on the same port.
    const before = "gateway" in gateway ? gateway.gateway : undefined;
    const after = readRunningGateway(stand.data);
    expect(after?.port).toBe(before?.port);
    expect(after?.pid).not.toBe(before?.pid);
    expect(processStart(after?.pid ?? 0)?.words).toContain(record?.current.main);
    await stopGateway(stand.data);
    // The entries name the shims: nothing in a project changes with a program.
    expect(readFileSync(settingsOf(http), "utf8")).toBe(settings);
    await proveBoth();
    expect((await upgrade()).kind).toBe("unchanged");
  });
  it("and back, and again, at any later time", async () => {
    const back = await upgrade({ rollback: true });
    expect(back.changes[0]).toBe(`program: ${idOf(stand.second)} to ${idOf(stand.first)}`);
    expect(await daemonVersion()).toBe("1.0.0");
    await proveBoth();
    await upgrade({ rollback: true });
    expect(await daemonVersion()).toBe("1.1.0");
  });
  it("repairs shims, record and copy that are gone, with the command that the shim names", async () => {
    const { programs, bin } = places();
    rmSync(bin, { recursive: true });
    writeFileSync(join(programs, "in-force"), "damaged");
    rmSync(join(programs, idOf(stand.second), "node_modules/sallyport/dist/hook.cjs"));
    const words = ["upgrade", "--yes", "--json", "--data", stand.data];
    const repaired = spawnSync(process.execPath, [stand.secondMain, ...words], {
      encoding: "utf8",
      env: { ...stand.environment },
    });
    expect(repaired).toMatchObject({ status: 0, stderr: "" });
    const outcome = JSON.parse(repaired.stdout) as { outcome: string; changes: string[] };
    expect(outcome.outcome).toBe("upgraded");
    expect(outcome.changes.join("\n")).toContain("shims: written");
    await proveBoth();
  });
  it("first undoes one that a crash cut short", async () => {
    const before = state();
    const { projectsFile, programs } = places();
    const kept = [projectsFile, join(programs, "in-force")].map((path) => ({ path, root: null }));
    await takeSnapshot(places(), [...kept, { path: settingsOf(http), root: http }]);
    writeFileSync(projectsFile, "{}");
    rmSync(join(programs, "in-force"));
    writeFileSync(settingsOf(http), "{}\n");
    await expect(upgrade({ dryRun: true })).rejects.toThrow("cut short");
    const outcome = await upgrade();
    expect(outcome.kind).toBe("unchanged");
    expect(outcome.notes).toEqual(["an upgrade that was cut short was undone first"]);
    expect(state()).toEqual(before);
  });
  it("writes the entries of older versions anew, and puts them back when it fails", async () => {
    const { command: shim, hook } = shimsIn(places());
    const { projectsFile } = places();
    const record = readInForce(places())?.current;
    const old = (text: string) =>
      text
        .replaceAll(
          new RegExp(`${JSON.stringify(shim)},(\\s*)"args": \\[`, "g"),
          `${JSON.stringify(process.execPath)},$1"args": [${JSON.stringify(record?.main)},`,
        )
        .replaceAll(
          new RegExp(`${JSON.stringify(hook)},(\\s*)"args": \\[`, "g"),
          `${JSON.stringify(process.execPath)},$1"args": [${JSON.stringify(record?.hook)},`,
        )
        .replaceAll(
          JSON.stringify(shim),
          `${JSON.stringify(process.execPath)}, ${JSON.stringify(record?.main)}`,
        );
    for (const file of [settingsOf(http), settingsOf(command), projectsFile]) {
      writeFileSync(file, old(readFileSync(file, "utf8")));
    }
    expect(readFileSync(settingsOf(http), "utf8")).not.toContain(JSON.stringify(shim));
    // Those versions had neither shims nor a record, and their daemon was what the entries name.
    rmSync(places().bin, { recursive: true });
    rmSync(join(places().programs, "in-force"));
    const before = state();
    const failed = upgrade({
      before: (step) => {
        if (step === "start") throw new Failure("planted", "planted here");
      },
    });
    await expect(failed).rejects.toThrow("everything is as it was before");
    expect(state()).toEqual(before);
    expect(await daemonVersion()).toBe("1.1.0");
    const outcome = await upgrade();
    expect(outcome.changes[0]).toBe(`program: none to ${idOf(stand.second)}`);
    expect(outcome.changes.filter((line) => line.startsWith("hook entries:"))).toHaveLength(2);
    expect(readFileSync(settingsOf(http), "utf8")).toContain(shim);
    expect(readFileSync(settingsOf(command), "utf8")).not.toContain("hook.cjs");
    await proveBoth();
  });
  it("is refused where nothing is installed, and while another one is under way", async () => {
    await expect(upgrade({ data: join(stand.path, "nowhere") })).rejects.toThrow("sallyport init");
    let inner: Promise<unknown> = Promise.resolve();
    const outer = upgrade({
      running: stand.first,
      before: (step) => {
        if (step !== "copy") return;
        inner = upgrade();
        inner.catch(() => undefined);
        throw new Failure("planted", "planted here");
      },
    });
    await expect(outer).rejects.toThrow("planted here");
    await expect(inner).rejects.toThrow("another upgrade is under way");
    expect(existsSync(join(stand.data, "upgrade.lock"))).toBe(false);
  });
  it("leaves a project alone whose hooks a person took out", async () => {
    const aside = `${settingsOf(http)}.aside`;
    renameSync(settingsOf(http), aside);
    const outcome = await upgrade({ dryRun: true, running: stand.first });
    expect(outcome.notes).toEqual([`${http} holds no hook of ours and is left as it is`]);
    renameSync(aside, settingsOf(http));
  });
});
