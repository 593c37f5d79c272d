// What contacts of held calls have in common, however they go there: the remote that is meant, what is told of them, and how they end.
import type { Socket } from "node:net";
import type { JudgedPush, RemoteUse } from "#guard/vocabulary/remote-use.ts";
import { frame } from "./frames.ts";

/** A call that may reach remotes. Paths are absolute and real. */
export type RemoteCall = {
  readonly uses: readonly RemoteUse[];
  readonly home: string;
  readonly projectRoot: string;
  /** What the shell that runs it says of the variables by which programs find keys and proxies. */
  said(): Promise<ReadonlyMap<string, string>>;
  /** The directory with the program that stands before the person's git outside. */
  readonly outside: string;
  /** Ends with the call, and with who asked. */
  readonly over: AbortSignal;
};

/** What was done for a call: `refs` of a push, each with what was to become of it. */
export type MadeContact = {
  readonly what: "fetch" | "push";
  /** Its address, without a password. */
  readonly remote: string;
  readonly refs: readonly string[];
};

/** What is told of a contact: one that goes ahead, or why one does not. */
export type ContactNotes = {
  made(contact: MadeContact): void;
  refused(why: string): void;
};

/** A contact, as frames of the inside come to it. */
export type Contact = { take(kind: string, payload: Buffer): void; cut(): void };

/** A remote, and what may be done there. */
export type Judged = {
  readonly url: string;
  readonly fetches: boolean;
  readonly pushes: readonly JudgedPush[];
};

/** The remote that is meant; undefined where the call was not judged to reach it. */
export function judgedOf(
  uses: readonly RemoteUse[],
  isMeant: (url: string) => boolean,
): Judged | undefined {
  const here = uses.filter(({ url }) => isMeant(url));
  const [first] = here;
  return (
    first && {
      url: first.url,
      fetches: here.some(({ push }) => push === undefined),
      pushes: here.flatMap(({ push }) => (push === undefined ? [] : [push])),
    }
  );
}

/** Why a remote is not asked in this way; undefined where it may be. */
export function refusedUse({ fetches, pushes }: Judged, isPush: boolean): string | undefined {
  if (isPush)
    return pushes.length > 0
      ? undefined
      : "this call was judged to fetch from this remote, and not to push to it";
  return fetches
    ? undefined
    : "this call was judged to push to this remote, and not to fetch from it";
}

/** The side of a contact that speaks to the inside: each ends once. */
export class Inside {
  readonly #socket: Socket;
  readonly #notes: ContactNotes;
  isOver = false;

  constructor(socket: Socket, notes: ContactNotes) {
    this.#socket = socket;
    this.#notes = notes;
  }

  /** False where it should take no more for now. */
  send(...what: Parameters<typeof frame>): boolean {
    return this.isOver || this.#socket.write(frame(...what));
  }

  /** Once it takes more. */
  whenDrained(then: () => void): void {
    this.#socket.once("drain", then);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Says why not, and ends. */
  fail(why: string): void {
    if (this.isOver) return;
    this.#notes.refused(why);
    this.send("r", `sallyport: ${why}\n`);
    this.end(1);
  }

  end(status: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#socket.end(frame("x", String(status)));
  }

  cut(): void {
    this.isOver = true;
    this.#socket.destroy();
  }
}
