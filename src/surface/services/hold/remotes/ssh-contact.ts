// A contact over ssh: what git asks is read strictly, and the person's ssh goes there, held to what was judged.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { isAbsolute } from "node:path";
import { sshAddress } from "#guard/effects/git/remote-addresses.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import { personEnvironment } from "../start/person-settings.ts";
import {
  type Contact,
  type ContactNotes,
  type Inside,
  type Judged,
  judgedOf,
  refusedUse,
  type RemoteCall,
} from "./contact.ts";
import { personSsh } from "./person-ssh.ts";
import { PushGate, type PushOutcome } from "./push-gate.ts";
import { REQUEST_BYTES_MAX } from "./push-request.ts";
import { isProtocol, sshRequest, sshWords } from "./ssh-request.ts";

/** What is asked, as the program inside says it. */
export type SshAsked = {
  readonly words: readonly string[];
  readonly directory: string;
  readonly protocol: string;
};

/** How ssh itself ends where it reaches nobody. */
const FAILED = 255;
const HELD_BYTES_MAX = 2 * REQUEST_BYTES_MAX;

export class SshContact implements Contact {
  readonly #call: RemoteCall;
  readonly #inside: Inside;
  readonly #notes: ContactNotes;
  /** What git sent before it was judged. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #hasEnded = false;
  #state: "asked" | "judging" | "open" | "refused" = "asked";
  #ssh: ChildProcessWithoutNullStreams | undefined;
  #gate: PushGate | undefined;
  #refusedStatus = 1;

  constructor(
    call: RemoteCall,
    { inside, notes }: { readonly inside: Inside; readonly notes: ContactNotes },
  ) {
    this.#call = call;
    this.#inside = inside;
    this.#notes = notes;
  }

  async start({ words, directory, protocol }: SshAsked): Promise<void> {
    const request = sshRequest(words);
    if ("why" in request) return this.#fail(request.why);
    const { login, port, path } = request.address;
    const judged = judgedOf(this.#call.uses, (url) => {
      const own = sshAddress(url);
      return own?.login === login && own.port === port && own.path === path;
    });
    if (judged === undefined)
      return this.#fail(`this call was not judged to reach \`${path}\` at \`${login}\``);
    const isPush = request.service === "git-receive-pack";
    const refused = refusedUse(judged, isPush);
    if (refused !== undefined) return this.#fail(refused);
    if (protocol !== "" && !isProtocol(protocol))
      return this.#fail("it speaks a protocol that git does not have");
    const { home, projectRoot } = this.#call;
    const ssh = await personSsh({
      home,
      projectRoot,
      directory: isAbsolute(directory) ? realPath(directory) : "/",
    });
    if ("why" in ssh) return this.#fail(ssh.why);
    const environment = personEnvironment(await this.#call.said(), this.#call);
    if (this.#call.over.aborted) return this.cut();
    this.#run([ssh.program, ...ssh.words, ...sshWords(request, protocol !== "")], {
      ...environment,
      ...(protocol === "" ? {} : { GIT_PROTOCOL: protocol }),
    });
    if (isPush) return this.#readPush(judged);
    this.#notes.made({ what: "fetch", remote: judged.url, refs: [] });
    this.#letGo();
  }

  take(kind: string, payload: Buffer): void {
    if (kind === "d") this.#takeData(payload);
    else if (kind === "e") this.#takeEnd();
    else if (kind === "c") this.#gate?.takeCommit(payload);
    else if (kind === "n") this.#gate?.endCommits();
    else this.cut();
  }

  cut(): void {
    this.#ssh?.kill("SIGKILL");
    this.#inside.cut();
  }

  /** Starts ssh. What it says goes inside at once: a server speaks first. */
  #run([program = "", ...words]: readonly string[], env: Readonly<Record<string, string>>): void {
    const child = spawn(program, words, { cwd: "/", env, stdio: ["pipe", "pipe", "pipe"] });
    this.#ssh = child;
    this.#call.over.addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
    child.stdin.on("error", () => undefined);
    child.stdin.on("drain", () => this.#inside.resume());
    for (const [stream, kind] of [
      [child.stdout, "o"],
      [child.stderr, "r"],
    ] as const)
      stream.on("data", (chunk: Buffer) => {
        if (this.#state === "refused" || this.#inside.send(kind, chunk)) return;
        stream.pause();
        this.#inside.whenDrained(() => stream.resume());
      });
    child.on("error", () => this.#fail("the program of ssh cannot be started"));
    child.on("close", (status) => {
      if (this.#state !== "refused") this.#inside.end(status ?? FAILED);
    });
  }

  #takeData(chunk: Buffer): void {
    if (this.#state === "refused" || this.#inside.isOver) return;
    if (this.#state === "open") {
      if (this.#ssh?.stdin.write(chunk) === false) this.#inside.pause();
      return;
    }
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    // WHY so many: more than a request is not sent before it is let go.
    if (this.#heldBytes > HELD_BYTES_MAX) return this.cut();
    this.#gate?.take(chunk);
  }

  #takeEnd(): void {
    this.#hasEnded = true;
    if (this.#state === "open") this.#ssh?.stdin.end();
    if (this.#state === "refused") this.#inside.end(this.#refusedStatus);
    this.#endHalf();
  }

  /** Git went before all of a push was asked for: nobody pushes. */
  #endHalf(): void {
    if (this.#hasEnded && this.#gate?.isWhole === false) this.#ssh?.kill("SIGKILL");
  }

  #readPush(judged: Judged): void {
    this.#state = "judging";
    this.#gate = new PushGate(judged.pushes, {
      ask: (way) => this.#inside.send("q", JSON.stringify(way)),
      settle: (outcome) => this.#settle(judged, outcome),
    });
    for (const chunk of this.#held) this.#gate.take(chunk);
    this.#endHalf();
  }

  #settle({ url }: Judged, outcome: PushOutcome): void {
    if (outcome.kind === "unread") return this.#fail(outcome.why);
    if (outcome.kind === "go") {
      const { refs } = outcome;
      if (refs.length > 0) this.#notes.made({ what: "push", remote: url, refs });
      return this.#letGo();
    }
    const { ref, why, answer } = outcome;
    this.#notes.refused(`\`${ref}\`: ${why}`);
    this.#state = "refused";
    this.#ssh?.kill("SIGKILL");
    this.#held = [];
    if (answer === undefined) this.#inside.send("r", `sallyport: ${why}\n`);
    else this.#inside.send("o", answer);
    this.#inside.send("g");
    // WHY not well otherwise: git believes a server that says nothing.
    this.#refusedStatus = answer === undefined ? 1 : 0;
    if (this.#hasEnded) this.#inside.end(this.#refusedStatus);
  }

  /** All that git sent goes on, and all that it will send. */
  #letGo(): void {
    this.#state = "open";
    for (const chunk of this.#held) this.#ssh?.stdin.write(chunk);
    this.#held = [];
    this.#inside.send("g");
    if (this.#hasEnded) this.#ssh?.stdin.end();
  }

  #fail(why: string): void {
    if (this.#state === "refused") return;
    this.#state = "refused";
    this.#ssh?.kill("SIGKILL");
    this.#inside.fail(why);
  }
}
