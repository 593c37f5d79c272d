// The conditions of the fail matrix: what is broken, when, and how it is mended so that the record can be read.
import { spawn } from "node:child_process";
import {
  chownSync,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BreakableStand, StandOptions, Transport } from "./breakable-stand.ts";
import type { Need } from "./machine.ts";
import { openStranger, type StrangerKind } from "./stranger.ts";
import { RELOAD_MS, settingsReload } from "./settings-reload.ts";

/** Something that breaks between the first and the second call of a session, or before it. */
export type Condition = {
  readonly id: string;
  /** One phrase for the table. */
  readonly what: string;
  /** The one transport that it can happen to. */
  readonly only?: Transport;
  readonly needs?: readonly Need[];
  readonly stand?: Omit<StandOptions, "transport">;
  /** Strikes before the session and not in its middle. */
  readonly isBefore?: boolean;
  /** Plants a fault that waits to be armed; before the session. */
  readonly setUp?: (stand: BreakableStand) => void;
  /** Breaks it. What it returns mends it after the session. */
  readonly strike: (stand: BreakableStand) => Mend | Promise<Mend>;
};

type Mend = (() => void | Promise<void>) | undefined;

/** Longer than the client waits for an answer. */
const SLOW_MS = 12_000;
const NOBODY = 65_534;
const YEAR_MS = 366 * 86_400_000;

/** The file of the product in which the judge of a transport begins. */
const judgeFile = ({ transport }: BreakableStand) =>
  transport === "http" ? "dist/surface/cli/main.js" : "dist/hook.cjs";

function restart(stand: BreakableStand): void {
  if (stand.transport !== "http") return;
  stand.killDaemon();
  stand.sallyport("daemon", "--ensure");
}

/** A planted fault must be in the daemon that runs. */
function plant(stand: BreakableStand, code: string): void {
  stand.plantFault(judgeFile(stand), code);
  restart(stand);
}

/** WHY a limit of the system: one of the engine is read once, when it starts. */
const fillMemory =
  'const pages = Number(fs.readFileSync("/proc/self/statm", "utf8").split(" ")[0]); process.getBuiltinModule("node:child_process").execFileSync("prlimit", ["--pid", String(process.pid), "--as=" + String(pages * 4096 + 100e6)]); const all = []; for (;;) all.push(new Array(100_000).fill(1.5));';

const armed = (code: string): Pick<Condition, "setUp" | "strike"> => ({
  setUp: (stand) => plant(stand, code),
  strike: (stand) => {
    stand.arm();
    return stand.disarm;
  },
});

/** Changes a file or folder and puts it back from a copy. */
function spoil(path: string, change: () => void): Mend {
  const copy = `${path}.kept`;
  if (existsSync(path)) cpSync(path, copy, { recursive: true, preserveTimestamps: true });
  change();
  return () => {
    rmSync(path, { recursive: true, force: true });
    if (existsSync(copy)) renameSync(copy, path);
  };
}

const stranger = (kind: StrangerKind, what: string): Condition => ({
  id: `stranger-${kind}`,
  what,
  only: "http",
  strike: async (stand) => {
    const { port } = Object(JSON.parse(readFileSync(join(stand.data, "state.json"), "utf8")));
    stand.killDaemon();
    const visitor = await openStranger(kind, Number(port));
    return visitor.close;
  },
});

const policyFile = ({ transport, product }: BreakableStand) =>
  join(product, transport === "http" ? "data/policies/team.yaml" : "dist/policies/team.json");

function changeSettings(stand: BreakableStand, change: (text: string) => string): Mend {
  const before = readFileSync(stand.settingsFile, "utf8");
  writeFileSync(stand.settingsFile, change(before));
  return () => writeFileSync(stand.settingsFile, before);
}

/** The daemon and its life. */
const daemonConditions: readonly Condition[] = [
  {
    id: "daemon-stopped",
    what: "daemon not running when the session starts",
    only: "http",
    isBefore: true,
    strike: (stand) => {
      stand.sallyport("daemon", "stop");
      return undefined;
    },
  },
  {
    id: "daemon-killed",
    what: "daemon killed (`kill -9`) in the middle of a session",
    only: "http",
    strike: (stand) => {
      stand.killDaemon();
      return undefined;
    },
  },
  {
    id: "killed-recording",
    what: "judge killed (`kill -9`) between its record and its answer",
    setUp: (stand) =>
      plant(
        stand,
        stand.transport === "http"
          ? 'const probe = await fs.promises.open("/dev/null"); const proto = Object.getPrototypeOf(probe); await probe.close(); const { datasync } = proto; proto.datasync = async function () { await datasync.call(this); if (isArmed()) process.kill(process.pid, "SIGKILL"); };'
          : 'const { writeSync } = fs; fs.writeSync = (fd, ...rest) => { if (fd === 1 && isArmed()) process.kill(process.pid, "SIGKILL"); return writeSync(fd, ...rest); }; syncBuiltinESMExports();',
      ),
    strike: (stand) => {
      stand.arm();
      return stand.disarm;
    },
  },
  {
    id: "daemon-restarted",
    what: "daemon stopped and started again in the middle of a session",
    only: "http",
    strike: (stand) => {
      stand.sallyport("daemon", "stop");
      stand.sallyport("daemon", "--ensure");
      return undefined;
    },
  },
  {
    id: "two-daemons",
    what: "daemon killed, then two started at once",
    only: "http",
    strike: async (stand) => {
      stand.killDaemon();
      const start = () =>
        new Promise((resolve) => {
          const program = join(stand.product, "dist/surface/cli/main.js");
          const env = { PATH: "/usr/bin:/bin", HOME: stand.home, SALLYPORT_HOME: stand.data };
          const started = spawn(process.execPath, [program, "daemon", "--ensure"], {
            env,
            stdio: "ignore",
          });
          started.once("close", resolve);
        });
      await Promise.all([start(), start()]);
      return undefined;
    },
  },
  {
    id: "daemon-hangs",
    what: "daemon hangs (`SIGSTOP`)",
    only: "http",
    strike: (stand) => {
      const id = stand.daemonId();
      if (id === undefined) throw new Error("no daemon runs");
      process.kill(id, "SIGSTOP");
      return () => {
        process.kill(id, "SIGCONT");
      };
    },
  },
  stranger("plain", "daemon killed, a stranger on its port answers `{}` without TLS"),
  stranger("certificate", "the same with TLS and another certificate"),
  stranger("mute", "the same, and it never answers"),
];

/** The hook's process. */
const processConditions: readonly Condition[] = [
  {
    id: "hook-killed",
    what: "hook killed (`SIGKILL`) before it answers",
    only: "command",
    ...armed('if (isArmed()) process.kill(process.pid, "SIGKILL")'),
  },
  {
    id: "hook-memory",
    what: "hook out of memory (its address space ends 100 MB on, and it is filled)",
    only: "command",
    ...armed(`if (isArmed()) { ${fillMemory} }`),
  },
  {
    id: "daemon-memory",
    what: "daemon out of memory, in the same way",
    only: "http",
    ...armed(`setInterval(() => { if (isArmed()) { ${fillMemory} } }, 20).unref()`),
  },
  {
    id: "node-gone",
    what: "node's binary removed in the middle of a session",
    stand: { hasOwnNode: true },
    strike: (stand) => spoil(stand.node, () => rmSync(stand.node)),
  },
  {
    id: "node-gone-start",
    what: "node's binary removed and the daemon stopped before the session",
    stand: { hasOwnNode: true },
    isBefore: true,
    strike: (stand) => {
      stand.killDaemon();
      return spoil(stand.node, () => rmSync(stand.node));
    },
  },
  {
    id: "program-gone",
    what: "our program's first file removed, daemon killed",
    isBefore: true,
    strike: (stand) => {
      stand.killDaemon();
      const file = join(stand.product, judgeFile(stand));
      return spoil(file, () => rmSync(file));
    },
  },
  {
    id: "program-damaged",
    what: "our program cut in half, daemon killed",
    isBefore: true,
    strike: (stand) => {
      stand.killDaemon();
      const file = join(stand.product, "dist/parts/judge.cjs");
      const text = readFileSync(file, "latin1");
      return spoil(file, () => writeFileSync(file, text.slice(0, text.length / 2), "latin1"));
    },
  },
];

/** The data directory and its disk. */
const dataConditions: readonly Condition[] = [
  {
    id: "disk-slow",
    what: "every write to the disk takes 12 s",
    setUp: (stand) =>
      plant(
        stand,
        stand.transport === "http"
          ? `const probe = await fs.promises.open("/dev/null"); const proto = Object.getPrototypeOf(probe); await probe.close(); for (const name of ["write", "datasync"]) { const real = proto[name]; proto[name] = async function (...args) { if (isArmed()) await new Promise((go) => setTimeout(go, ${SLOW_MS})); return real.apply(this, args); }; }`
          : "const { writeSync } = fs; fs.writeSync = (fd, ...rest) => { if (fd > 2 && isArmed()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 12_000); return writeSync(fd, ...rest); }; syncBuiltinESMExports();",
      ),
    strike: (stand) => {
      stand.arm();
      // The last slow write must end before the daemon is asked to stop.
      return async () => {
        stand.disarm();
        // TIME: the slow write ends by itself, and says so to nobody outside of the daemon.
        await pause(stand.transport === "http" ? SLOW_MS + RELOAD_MS : 0);
      };
    },
  },
  {
    id: "disk-read-only",
    what: "data directory becomes read-only for whatever is opened from then on",
    needs: ["managed"],
    stand: { hasOwnDisk: true },
    strike: ({ disk, data }) => {
      // A disk that somebody writes to cannot be remounted; a second mount of it can.
      disk?.run(`mount --bind ${data} ${data} && mount -o remount,bind,ro ${data}`);
      return () => disk?.run(`umount ${data}`);
    },
  },
  {
    id: "disk-full",
    what: "disk of the data directory full (log and spool)",
    needs: ["managed"],
    stand: { hasOwnDisk: true },
    strike: ({ disk, data }) => {
      disk?.run(`dd if=/dev/zero of=${data}/fill bs=1M 2>/dev/null; test -s ${data}/fill`);
      return () => disk?.run(`rm ${data}/fill`);
    },
  },
  {
    id: "data-removed",
    what: "data directory removed in the middle of a session",
    strike: ({ data }) => spoil(data, () => rmSync(data, { recursive: true })),
  },
  {
    id: "data-foreign",
    what: "data directory given to another user in the middle of a session",
    needs: ["managed"],
    strike: ({ data }) => {
      chownSync(data, NOBODY, NOBODY);
      return () => chownSync(data, 0, 0);
    },
  },
  {
    id: "data-foreign-start",
    what: "data directory of another user, daemon not running, before the session",
    needs: ["managed"],
    isBefore: true,
    strike: (stand) => {
      stand.killDaemon();
      chownSync(stand.data, NOBODY, NOBODY);
      return () => chownSync(stand.data, 0, 0);
    },
  },
  {
    id: "clock-back",
    what: "clock set back by a year",
    ...armed(`const now = Date.now; Date.now = () => now() - (isArmed() ? ${YEAR_MS} : 0)`),
  },
  {
    id: "keys-gone",
    what: "keys gone, daemon restarted",
    strike: (stand) => {
      const keys = join(stand.data, "keys");
      const mend = spoil(keys, () => rmSync(keys, { recursive: true }));
      restart(stand);
      return async () => {
        stand.killDaemon();
        await mend?.();
      };
    },
  },
  {
    id: "register-damaged",
    what: "register of projects damaged",
    strike: ({ data }) => {
      const file = join(data, "projects.json");
      return spoil(file, () => writeFileSync(file, '{"version":1,"projects":['));
    },
  },
  {
    id: "register-removed",
    what: "register of projects removed",
    strike: ({ data }) => {
      const file = join(data, "projects.json");
      return spoil(file, () => rmSync(file));
    },
  },
  {
    id: "state-damaged",
    what: "`state.json` damaged, daemon not running, before the session",
    isBefore: true,
    strike: (stand) => {
      stand.killDaemon();
      const file = join(stand.data, "state.json");
      return spoil(file, () => writeFileSync(file, "{"));
    },
  },
  {
    id: "spool-removed",
    what: "spool removed",
    only: "command",
    strike: ({ data }) => {
      rmSync(join(data, "spool"), { recursive: true });
      return undefined;
    },
  },
  {
    id: "spool-no-folder",
    what: "spool replaced by a file",
    only: "command",
    strike: ({ data }) => {
      const spool = join(data, "spool");
      return spoil(spool, () => {
        rmSync(spool, { recursive: true });
        writeFileSync(spool, "");
      });
    },
  },
];

/** Policy, settings and the project itself. */
const projectConditions: readonly Condition[] = [
  {
    id: "policy-syntax",
    what: "policy cut in half (syntax error), daemon restarted",
    strike: (stand) => {
      const file = policyFile(stand);
      const text = readFileSync(file, "utf8");
      const mend = spoil(file, () => writeFileSync(file, `${text.slice(0, text.length / 2)}\n}{`));
      restart(stand);
      return mend;
    },
  },
  {
    id: "policy-key",
    what: "policy with a key that nobody knows, daemon restarted",
    strike: (stand) => {
      const file = policyFile(stand);
      const text = readFileSync(file, "utf8");
      const changed =
        stand.transport === "http"
          ? `${text}\nsurprise: 1\n`
          : text.replace('"rules":[{', '"rules":[{"surprise":1,');
      const mend = spoil(file, () => writeFileSync(file, changed));
      restart(stand);
      return mend;
    },
  },
  {
    id: "hooks-removed",
    what: "our hooks taken out of the settings in the middle of a session",
    strike: async (stand) => {
      const mend = changeSettings(stand, () => "{}\n");
      await settingsReload();
      return mend;
    },
  },
  {
    id: "hooks-broken",
    what: "one broken entry added to the settings in the middle of a session",
    strike: async (stand) => {
      const mend = changeSettings(stand, (text) =>
        text.replace('"PreToolUse": [', '"PreToolUse": [{"hooks":[{"type":"nonsense"}]},'),
      );
      await settingsReload();
      return mend;
    },
  },
  {
    id: "project-moved",
    what: "project moved elsewhere under a session",
    strike: ({ project }) => {
      renameSync(project, `${project}-moved`);
      return () => renameSync(`${project}-moved`, project);
    },
  },
  {
    id: "project-deleted",
    what: "project deleted under a session",
    strike: ({ project }) => spoil(project, () => rmSync(project, { recursive: true })),
  },
];

/** All of them, in the order of the page. */
export const conditions: readonly Condition[] = [
  ...daemonConditions,
  ...processConditions,
  ...dataConditions,
  ...projectConditions,
];
