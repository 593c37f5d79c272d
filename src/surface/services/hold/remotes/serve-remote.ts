// One contact of a held call with a remote: what git asks is read strictly, and the person's ssh goes there, held to what was judged.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { isAbsolute } from "node:path";
import * as v from "valibot";
import { sshAddress } from "#guard/effects/git/remote-addresses.ts";
import type { JudgedPush, RemoteUse } from "#guard/vocabulary/remote-use.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import { personEnvironment } from "../start/person-settings.ts";
import { DescentCheck } from "./descent.ts";
import { FrameReader, frame, PieceReader } from "./frames.ts";
import { judgePush, type RefVerdict } from "./judged-push.ts";
import { personSsh } from "./person-ssh.ts";
import { refusalOf } from "./push-answer.ts";
import { PushReader, REQUEST_BYTES_MAX, type PushRequest } from "./push-request.ts";
import { isProtocol, type SshRequest, sshRequest, sshWords } from "./ssh-request.ts";

/** A call that may reach remotes. Paths are absolute and real. */
export type RemoteCall = {
  readonly uses: readonly RemoteUse[];
  readonly home: string;
  readonly projectRoot: string;
  /** What the shell that runs it says of the variables by which ssh finds keys. */
  said(): Promise<ReadonlyMap<string, string>>;
  /** Ends with the call, and with who asked. */
  readonly over: AbortSignal;
};

/** What was done for a call: `refs` of a push, each with what was to become of it. */
export type MadeContact = {
  readonly what: "fetch" | "push";
  readonly remote: string;
  readonly refs: readonly string[];
};

/** What is told of a contact: one that goes ahead, or why one does not. */
export type ContactNotes = {
  made(contact: MadeContact): void;
  refused(why: string): void;
};

const LINE_BYTES_MAX = 64 * 1024;
const LINE_END = 0x0a;
/** How ssh itself ends where it reaches nobody. */
const FAILED = 255;

const RequestSchema = v.strictObject({
  words: v.pipe(v.array(v.string()), v.maxLength(32)),
  directory: v.pipe(v.string(), v.maxLength(8_192)),
  protocol: v.pipe(v.string(), v.maxLength(512)),
});

/** Serves a connection until it ends. */
export function serveRemote(call: RemoteCall, socket: Socket, notes: ContactNotes): void {
  const contact = new Contact(call, socket, notes);
  socket.on("data", (piece) => contact.take(piece));
}

type Judged = { readonly remote: string; readonly pushes: readonly JudgedPush[] };

class Contact {
  readonly #call: RemoteCall;
  readonly #socket: Socket;
  readonly #notes: ContactNotes;
  readonly #line = new PieceReader();
  readonly #frames = new FrameReader();
  readonly #push = new PushReader();
  /** What git sent before it was judged. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #hasEnded = false;
  #state: "line" | "asked" | "judging" | "open" | "refused" | "over" = "line";
  #ssh: ChildProcessWithoutNullStreams | undefined;
  #judged: Judged | undefined;
  #request: PushRequest | undefined;
  #verdicts: readonly RefVerdict[] = [];
  /** References whose descent is to be shown, and the one at hand. */
  #unproven: RefVerdict[] = [];
  #descent: DescentCheck | undefined;
  readonly #failed = new Set<string>();
  #refusedStatus = 1;

  constructor(call: RemoteCall, socket: Socket, notes: ContactNotes) {
    this.#call = call;
    this.#socket = socket;
    this.#notes = notes;
  }

  take(piece: Buffer): void {
    if (this.#state !== "line") return this.#takeFrames(piece);
    const end = piece.indexOf(LINE_END);
    this.#line.add(end < 0 ? piece : piece.subarray(0, end));
    if (this.#line.size > LINE_BYTES_MAX) return this.#cut();
    if (end < 0) return;
    this.#state = "asked";
    const text = this.#line.take(this.#line.size)?.toString("utf8") ?? "";
    void this.#start(text).catch(() =>
      this.#fail("sallyport could not do it; ask the person to run `sallyport status`"),
    );
    this.#takeFrames(piece.subarray(end + 1));
  }

  async #start(text: string): Promise<void> {
    const asked = v.safeParse(v.pipe(v.string(), v.parseJson(), RequestSchema), text);
    if (!asked.success) return this.#fail("what was asked cannot be read");
    const { words, directory, protocol } = asked.output;
    const request = sshRequest(words);
    if ("why" in request) return this.#fail(request.why);
    const judged = judgedOf(request, this.#call.uses);
    if ("why" in judged) return this.#fail(judged.why);
    if (protocol !== "" && !isProtocol(protocol))
      return this.#fail("it speaks a protocol that git does not have");
    const { home, projectRoot } = this.#call;
    const ssh = await personSsh({
      ...{ home, projectRoot },
      directory: isAbsolute(directory) ? realPath(directory) : "/",
    });
    if ("why" in ssh) return this.#fail(ssh.why);
    const environment = personEnvironment(await this.#call.said(), this.#call);
    if (this.#call.over.aborted) return this.#cut();
    this.#judged = judged;
    this.#run([ssh.program, ...ssh.words, ...sshWords(request, protocol !== "")], {
      ...environment,
      ...(protocol === "" ? {} : { GIT_PROTOCOL: protocol }),
    });
    if (request.service === "git-receive-pack") return this.#readPush();
    this.#notes.made({ what: "fetch", remote: judged.remote, refs: [] });
    this.#letGo();
  }

  /** Starts ssh. What it says goes inside at once: a server speaks first. */
  #run([program = "", ...words]: readonly string[], env: Readonly<Record<string, string>>): void {
    const child = spawn(program, words, { cwd: "/", env, stdio: ["pipe", "pipe", "pipe"] });
    this.#ssh = child;
    this.#call.over.addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
    child.stdin.on("error", () => undefined);
    child.stdin.on("drain", () => this.#socket.resume());
    for (const [stream, kind] of [
      [child.stdout, "o"],
      [child.stderr, "r"],
    ] as const)
      stream.on("data", (chunk: Buffer) => {
        if (this.#state === "refused" || this.#state === "over") return;
        if (this.#socket.write(frame(kind, chunk))) return;
        stream.pause();
        this.#socket.once("drain", () => stream.resume());
      });
    child.on("error", () => this.#fail("the program of ssh cannot be started"));
    child.on("close", (status) => {
      if (this.#state !== "refused") this.#end(status ?? FAILED);
    });
  }

  #takeFrames(piece: Buffer): void {
    for (const one of this.#frames.take(piece)) {
      if (one === "bad") return this.#cut();
      if (one.kind === "d") this.#takeData(one.payload);
      else if (one.kind === "e") this.#takeEnd();
      else if (one.kind === "c") this.#descent?.take(one.payload);
      else this.#settleDescent();
    }
  }

  #takeData(chunk: Buffer): void {
    if (this.#state === "refused" || this.#state === "over") return;
    if (this.#state === "open") {
      if (this.#ssh?.stdin.write(chunk) === false) this.#socket.pause();
      return;
    }
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    // WHY so many: more than a request is not sent before it is let go.
    if (this.#heldBytes > HELD_BYTES_MAX) return this.#cut();
    if (this.#state === "judging") this.#readMore(chunk);
  }

  #takeEnd(): void {
    this.#hasEnded = true;
    if (this.#state === "open") this.#ssh?.stdin.end();
    if (this.#state === "refused") this.#end(this.#refusedStatus);
    // Git went before all of a push was asked for: nobody pushes.
    if (this.#state === "judging" && this.#request === undefined) this.#ssh?.kill("SIGKILL");
  }

  #readPush(): void {
    this.#state = "judging";
    for (const chunk of this.#held) this.#readMore(chunk);
    if (this.#hasEnded && this.#request === undefined) this.#ssh?.kill("SIGKILL");
  }

  #readMore(chunk: Buffer): void {
    if (this.#request !== undefined || this.#state !== "judging") return;
    const read = this.#push.take(chunk);
    if (read.kind === "refused") return this.#fail(read.why);
    if (read.kind === "more") return;
    this.#request = read.request;
    this.#verdicts = judgePush(read.request, this.#judged?.pushes ?? []);
    // WHY not asked beside what is refused anyway: the whole push is.
    this.#unproven = this.#verdicts.every(({ may }) => may !== "no")
      ? this.#verdicts.filter(({ may }) => may === "as-descendant")
      : [];
    this.#askDescent();
  }

  /** Asks the inside for the commits of the next reference; all shown, the push is let go or refused. */
  #askDescent(): void {
    const command = this.#unproven[0]?.command;
    if (command === undefined) return this.#settlePush();
    this.#descent = new DescentCheck({ from: command.new, to: command.old });
    if (this.#descent.isProven) return this.#settleDescent();
    this.#socket.write(frame("q", JSON.stringify({ old: command.old, new: command.new })));
  }

  #settleDescent(): void {
    const [one] = this.#unproven;
    if (this.#state !== "judging" || one === undefined || this.#descent === undefined) return;
    if (!this.#descent.isProven) this.#failed.add(one.command.name);
    this.#descent = undefined;
    this.#unproven.shift();
    this.#askDescent();
  }

  #settlePush(): void {
    const request = this.#request;
    if (request === undefined) return;
    const reasons = this.#verdicts.map((one) =>
      one.may === "no" ? one.why : this.#failed.has(one.command.name) ? NO_DESCENT : undefined,
    );
    const why = reasons.find((reason) => reason !== undefined);
    const remote = this.#judged?.remote ?? "";
    if (why === undefined) {
      const refs = this.#verdicts.map(({ command, change }) => `${change} ${command.name}`);
      if (refs.length > 0) this.#notes.made({ what: "push", remote, refs });
      return this.#letGo();
    }
    const at = reasons.indexOf(why);
    this.#notes.refused(`\`${request.commands[at]?.name ?? ""}\`: ${why}`);
    this.#state = "refused";
    this.#ssh?.kill("SIGKILL");
    const told = reasons.map((reason) => `sallyport: ${reason ?? BESIDE}`);
    const answer = refusalOf(request, told);
    this.#socket.write(
      answer === undefined ? frame("r", `sallyport: ${why}\n`) : frame("o", answer),
    );
    this.#held = [];
    this.#socket.write(frame("g"));
    // WHY not well otherwise: git believes a server that says nothing.
    this.#refusedStatus = answer === undefined ? 1 : 0;
    if (this.#hasEnded) this.#end(this.#refusedStatus);
  }

  /** All that git sent goes on, and all that it will send. */
  #letGo(): void {
    this.#state = "open";
    for (const chunk of this.#held) this.#ssh?.stdin.write(chunk);
    this.#held = [];
    this.#socket.write(frame("g"));
    if (this.#hasEnded) this.#ssh?.stdin.end();
  }

  #fail(why: string): void {
    if (this.#state === "refused" || this.#state === "over") return;
    this.#notes.refused(why);
    this.#state = "refused";
    this.#ssh?.kill("SIGKILL");
    this.#socket.write(frame("r", `sallyport: ${why}\n`));
    this.#end(1);
  }

  #end(status: number): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#socket.end(frame("x", String(status)));
  }

  #cut(): void {
    this.#state = "over";
    this.#ssh?.kill("SIGKILL");
    this.#socket.destroy();
  }
}

const HELD_BYTES_MAX = 2 * REQUEST_BYTES_MAX;
const BESIDE = "not pushed, because another reference of this push was refused";
const NO_DESCENT =
  "this call was not judged to replace it, and that its new commit descends from the old one was not shown";

/** The remote that is meant, and what may be pushed there; why nothing else. */
function judgedOf(
  { service, address }: SshRequest,
  uses: readonly RemoteUse[],
): Judged | { readonly why: string } {
  const { login, port, path } = address;
  const here = uses.filter(({ url }) => {
    const own = sshAddress(url);
    return own?.login === login && own.port === port && own.path === path;
  });
  const [first] = here;
  if (first === undefined)
    return { why: `this call was not judged to reach \`${path}\` at \`${login}\`` };
  const pushes = here.flatMap(({ push }) => (push === undefined ? [] : [push]));
  if (service === "git-receive-pack")
    return pushes.length > 0
      ? { remote: first.url, pushes }
      : { why: "this call was judged to fetch from this remote, and not to push to it" };
  return here.some(({ push }) => push === undefined)
    ? { remote: first.url, pushes: [] }
    : { why: "this call was judged to push to this remote, and not to fetch from it" };
}
