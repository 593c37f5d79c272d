// A made-up machine whose calls are held, with a process of the wanted user that holds and runs them.
import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { removeTree } from "#surface/foundation/files/closed-tree.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { SignatureUse } from "#guard/vocabulary/signature-use.ts";
import type { Statement } from "#govern/exceptions/statement.ts";
import type { KeyUse } from "#guard/facts/key-use.ts";
import type { RemoteUse } from "#guard/vocabulary/remote-use.ts";
import type { MadeExchange } from "#surface/services/hold/hosts/grants.ts";
import type { MadeSignature } from "#surface/services/hold/signing/make-signature.ts";
import type { MadeContact } from "#surface/services/hold/remotes/contact.ts";
import { parentDirectory } from "../../../judging.ts";
import { FROM_SOURCE } from "../../../program.ts";

/** Where everything of a machine lies; `canary` is what nothing held may say. */
export type Machine = {
  readonly root: string;
  readonly home: string;
  readonly project: string;
  readonly data: string;
  readonly canary: string;
  /** Addresses of names, for calls that reach hosts; without any, such calls get the machine's network. */
  readonly names?: Readonly<Record<string, string>>;
  /** Ports on which the guard of this machine itself listens. */
  readonly ownPorts?: readonly number[];
  /** False where nobody makes signatures. */
  readonly signs?: false;
  /** A registry that stands for each host: its port, and the certificate by which it is verified. */
  readonly registry?: { readonly port: number; readonly authority: string };
};

/** What `given.json` in the data directory holds. */
export type GivenSecrets = {
  readonly statements: readonly { readonly statement: Statement; readonly isWithdrawn: boolean }[];
  readonly values: Readonly<Record<string, string>>;
};

type Held = {
  readonly command: string;
  readonly session?: string;
  readonly project?: string;
  readonly cwd?: string;
  readonly effects?: readonly Effect[];
  readonly programs?: readonly string[];
  readonly signatures?: readonly SignatureUse[];
  readonly remotes?: readonly RemoteUse[];
  readonly policy?: "nothing-hidden";
  /** Ports of the machine that the policy names. */
  readonly machinePorts?: readonly string[];
  readonly shell?: "bash" | "zsh";
  readonly timeoutMs?: number;
  /** Variables of the shell that runs it. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the session says of `TMPDIR`. */
  readonly temporary?: string;
  /** What it says of `PATH`. */
  readonly searchPath?: string;
  /** Directories beside the project that count like it. */
  readonly additionalDirectories?: readonly string[];
  /** It was allowed because registries are read for it. */
  readonly isRead?: true;
  /** A person was asked about it, and said yes. */
  readonly isApproved?: true;
  /** Keys of hidden files that the question named. */
  readonly keys?: readonly KeyUse[];
  /** The ticket is not closed after the run. */
  readonly isOpen?: true;
};

/** What the process of the machine is asked. */
export type Asked =
  | ({ readonly do: "hold" } & Held)
  | ({ readonly do: "run" } & Held)
  | {
      readonly do: "line";
      readonly line: string;
      readonly session?: string;
      readonly cwd?: string;
      readonly shell?: "bash" | "zsh";
      readonly timeoutMs?: number;
    }
  | { readonly do: "end" | "scratch" | "later"; readonly session?: string }
  | { readonly do: "reached" }
  | { readonly do: "close"; readonly ticket: string; readonly session?: string };

/** What became of a run. `status` is -1 where nothing ran, -2 where it took too long. */
export type HeldRun = {
  readonly kind: "held" | "not-held";
  readonly why?: string;
  readonly command?: string;
  readonly ticket?: string;
  readonly status: number;
  readonly said: string;
  readonly complained: string;
  /** What was told of what it left. */
  readonly told?: string;
  readonly cwd: string;
  /** Hosts that its proxy refused it; none for a call without one. */
  readonly refusedHosts?: readonly string[];
  /** Of those the registries that were asked for something else than to be read. */
  readonly misread?: readonly string[];
  /** Ports of the machine that it was connected to, and what was told of one that it was refused. */
  readonly reachedPorts?: readonly number[];
  readonly closed?: string;
  /** What was signed for it. */
  readonly signed?: readonly MadeSignature[];
  /** Keys that went out for it. */
  readonly exchanged?: readonly MadeExchange[];
  /** Remotes that were reached for it, and why one was not. */
  readonly contacts?: readonly MadeContact[];
  readonly refusedContact?: string;
  /** Ports on which it listens, and which are another program's outside. */
  readonly taken?: readonly number[];
};

export type HeldMachine = Machine & {
  readonly uid: number;
  /** Why calls cannot be held here; undefined where they can. */
  readonly trouble: string | undefined;
  run(asked: Held): Promise<HeldRun>;
  hold(asked: Held): Promise<HeldRun>;
  line(line: string, options?: { cwd?: string; shell?: "bash" | "zsh" }): Promise<HeldRun>;
  end(session?: string): Promise<void>;
  close(ticket: string, session?: string): Promise<void>;
  scratch(session?: string): Promise<string>;
  /** What is told of what processes left that went on beside no call. */
  later(session: string): Promise<string | undefined>;
  /** Hosts and ports that calls were connected to since that was last asked. */
  reached(): Promise<readonly string[]>;
  /** Writes a file as the user of the machine, with the directories above it. */
  file(path: string, text: string): string;
  /** The process that holds; ended without a word. */
  readonly holder: ChildProcess;
  remove(): Promise<void>;
};

/** A user who is nobody on this machine. */
export const NOBODY = 65_534;
const DRIVER = fileURLToPath(new URL("hold-driver.ts", import.meta.url));

/** Makes a machine for a user. `where` is the directory of the system below which it lies. */
export async function heldMachine({
  uid = process.getuid?.() ?? 0,
  where = parentDirectory(),
  home: homeName = "home",
  project: projectName = "home/project",
  names,
  ownPorts,
  signs,
  registry,
}: {
  readonly uid?: number;
  readonly where?: string;
  readonly home?: string;
  readonly project?: string;
  readonly names?: Machine["names"];
  readonly ownPorts?: readonly number[];
  readonly signs?: false;
  readonly registry?: Machine["registry"];
} = {}): Promise<HeldMachine> {
  const root = realpathSync(mkdtempSync(join(where, "held-")));
  const own = (path: string): string => {
    if (process.getuid?.() === 0) lchownSync(path, uid, uid);
    return path;
  };
  own(root);
  const directory = (path: string): string => {
    if (path === root || existsSync(path)) return path;
    directory(dirname(path));
    mkdirSync(path);
    return own(path);
  };
  const file = (path: string, text: string): string => {
    const place = path.startsWith("/") ? path : join(root, path);
    directory(dirname(place));
    writeFileSync(place, text);
    return own(place);
  };
  const home = directory(join(root, homeName));
  const project = directory(join(root, projectName));
  const data = directory(join(home, ".local", "share", "sallyport"));
  directory(join(home, ".claude"));
  const canary = `canary${uid}X${root.slice(-6)}`;
  const machine: Machine = {
    root,
    home,
    project,
    data,
    canary,
    ...(names === undefined ? {} : { names }),
    ...(ownPorts === undefined ? {} : { ownPorts }),
    ...(signs === undefined ? {} : { signs }),
    ...(registry === undefined ? {} : { registry }),
  };
  const scratch = `/tmp/sallyport-${uid}`;
  const hadScratch = existsSync(scratch);
  const node = [process.execPath, ...FROM_SOURCE, DRIVER, JSON.stringify(machine)];
  const as =
    uid === process.getuid?.()
      ? node
      : [
          "setpriv",
          "--reuid",
          String(uid),
          "--regid",
          String(uid),
          "--clear-groups",
          "--",
          ...node,
        ];
  const child = spawn(as[0] ?? "", as.slice(1), {
    cwd: root,
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      TMPDIR: "/tmp",
      SALLYPORT_TEST_BWRAP: process.env["SALLYPORT_TEST_BWRAP"],
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const howEnded = () => `exit code ${child.exitCode}, signal ${child.signalCode}`;
  const waiting = new Map<number, { resolve(value: never): void; reject(cause: Error): void }>();
  let first: ((standing: unknown) => void) | undefined;
  const standing = new Promise<unknown>((resolve) => {
    first = resolve;
  });
  const over = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  void over.then(() => {
    first?.({ works: false, why: "the process that holds did not start" });
    for (const one of waiting.values())
      one.reject(new Error(`the process that holds is gone: ${howEnded()}`));
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = JSON.parse(line) as {
      id?: number;
      result?: never;
      failed?: string;
      standing?: unknown;
    };
    if (said.id === undefined) return first?.(said.standing);
    const one = waiting.get(said.id);
    waiting.delete(said.id);
    if (said.failed === undefined) one?.resolve(said.result as never);
    else one?.reject(new Error(said.failed));
  });
  let count = 0;
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const ask = <T>(asked: Asked): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (isOver()) throw new Error(`the process that holds is gone: ${howEnded()}`);
      const id = ++count;
      waiting.set(id, { resolve: resolve as never, reject });
      child.stdin.write(`${JSON.stringify({ id, asked })}\n`);
    });
  const sessions = new Set<string | undefined>();
  const known = (await standing) as { works: boolean; why?: string };
  return {
    ...machine,
    uid,
    trouble: known.works ? undefined : (known.why ?? "unknown"),
    run: (asked) => {
      sessions.add(asked.session);
      return ask<HeldRun>({ do: "run", ...asked });
    },
    hold: (asked) => {
      sessions.add(asked.session);
      return ask<HeldRun>({ do: "hold", ...asked });
    },
    line: (line, options = {}) => ask<HeldRun>({ do: "line", line, ...options }),
    end: (session) => ask<void>({ do: "end", ...(session === undefined ? {} : { session }) }),
    close: (ticket, session) =>
      ask<void>({ do: "close", ticket, ...(session === undefined ? {} : { session }) }),
    scratch: (session) =>
      ask<string>({ do: "scratch", ...(session === undefined ? {} : { session }) }),
    later: async (session) => (await ask<string | null>({ do: "later", session })) ?? undefined,
    reached: () => ask<readonly string[]>({ do: "reached" }),
    file,
    holder: child,
    async remove() {
      for (const session of sessions)
        if (!isOver()) await ask({ do: "end", ...(session === undefined ? {} : { session }) });
      child.stdin.end();
      await over;
      removeTree(root);
      if (!hadScratch && existsSync(scratch) && readdirSync(scratch).length === 0)
        rmSync(scratch, { recursive: true, force: true });
    },
  };
}
