// The server behind the gateway as a process: started as its command says, told on and heard through pipes, ended with the gateway.
import { spawn } from "node:child_process";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { printable } from "#base/printable.ts";
import { endGroup } from "#platform/processes.ts";
import { jsonLineWriter, type LineEvents, readJsonLines } from "./json-lines.ts";
import type { Members } from "./message.ts";

/** Milliseconds that a server has to end by itself once its input ended, and again after it was asked to. */
const FAREWELL_MS = 2_000;
/** Milliseconds in which what it said last is still read. */
const REST_MS = 500;

/** The server behind the gateway. */
export type Behind = {
  send(message: Members, signal?: AbortSignal): void;
  /** As a writer of lines has it. */
  ready(): Promise<void> | undefined;
  /** What it said of the protocol's version, for who needs to name it. */
  speaks?(version: string): void;
  /** Ends it, at once where it must not go on. */
  end(isAtOnce?: boolean): Promise<void>;
};

/** What is heard of it. `ended` says how, in words. */
export type BehindEvents = LineEvents & {
  readonly ended: (how: string) => void;
  /** A message could not be brought to it. */
  readonly failed: (message: Members, why: string) => void;
};

/** Starts it with the environment of this process but for `without`. What it says on standard error goes to ours. */
export function startServer(
  { command, args }: Extract<ServerIdentity, { kind: "command" }>,
  without: (name: string) => boolean,
  {
    events,
    until,
  }: { readonly events: BehindEvents; readonly until: () => Promise<void> | undefined },
): Behind {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !without(name)));
  // WHY detached: programs such as npx start another one, and all of them are ended together.
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env, detached: true });
  const closed = new Promise<void>((resolve) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      events.ended(`it cannot be started: ${printable(cause.code ?? cause.message)}`);
      resolve();
    });
    child.once("exit", (code, signal) => {
      const tell = (): void => {
        clearTimeout(timer);
        events.ended(
          signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`,
        );
        resolve();
      };
      // WHY not only `close`: a process that it left behind may keep the pipes open.
      const timer = setTimeout(tell, REST_MS);
      child.once("close", tell);
    });
  });
  const writer = jsonLineWriter(child.stdin);
  void readJsonLines(child.stdout, events, until);
  return {
    send: (message) => writer.send(message),
    ready: writer.ready,
    async end(isAtOnce = false) {
      child.stdin.end();
      const group = child.pid;
      if (isAtOnce && group !== undefined) endGroup(group);
      if (await inTime(closed)) return;
      child.kill("SIGTERM");
      if (!(await inTime(closed)) && group !== undefined) endGroup(group);
    },
  };
}

function inTime(closed: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), FAREWELL_MS);
    void closed.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
