// A contact over http: git's own helper goes there outside, and of what it is told each command and each push is held to what was judged.
import { isAbsolute } from "node:path";
import { httpAddress } from "#guard/effects/git/remote-addresses.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import {
  type Contact,
  type ContactNotes,
  type Inside,
  type Judged,
  judgedOf,
  refusedUse,
  type RemoteCall,
} from "./contact.ts";
import { PieceReader } from "./frames.ts";
import { PersonGit } from "./person-git.ts";
import { personHttp, type PersonHttp } from "./person-http.ts";
import { PushGate, type PushOutcome } from "./push-gate.ts";
import { REQUEST_BYTES_MAX } from "./push-request.ts";
import { movedAddress } from "./moved-address.ts";
import { RpcReader } from "./rpc-frames.ts";

/** What is asked, as the program inside says it. */
export type HttpAsked = { readonly url: string; readonly directory: string };

const LINE_BYTES_MAX = 16 * 1024;
const TOLD_MAX = 64;
const MOVES_MAX = 4;
const HELD_BYTES_MAX = 2 * REQUEST_BYTES_MAX;
const LINE_END = 0x0a;

/** Commands of gitremote-helpers(7) that git has for such addresses. WHY not `get`: it writes a file where it is told. */
const HARMLESS = /^(?:capabilities|option [a-z-]{1,32}(?: .*)?|)$/;
const ASKING = /^(?:list|list for-push|stateless-connect git-upload-(?:pack|archive))$/;
const FETCHES = /^(?:list$|stateless-connect |fetch )/;
const ACTS = /^(?:fetch [0-9a-f]{40,64} \S+|push [^\s]+)$/;

export class HttpContact implements Contact {
  readonly #call: RemoteCall;
  readonly #inside: Inside;
  readonly #notes: ContactNotes;
  #state: "asked" | "commands" | "answer" | "raw" | "over" = "asked";
  readonly #line = new PieceReader();
  /** Commands whose answers git has, and the one by which the server is first asked. */
  readonly #told: string[] = [];
  #asking: string | undefined;
  #isAnswered = false;
  /** Lines that git has of the answers, and those that a new process says once more. */
  #lines = 0;
  #again = 0;
  #moves = 0;
  #version: 0 | 2 = 2;
  #url = "";
  #hasEnded = false;
  #isNoted = false;
  #judged: Judged | undefined;
  #http: PersonHttp | undefined;
  #git: PersonGit | undefined;
  /** What is to be said where the server moved the repository nowhere. */
  #complaint: Buffer[] = [];
  #push: Push | undefined;
  #fetch: "none" | "running" = "none";

  constructor(
    call: RemoteCall,
    { inside, notes }: { readonly inside: Inside; readonly notes: ContactNotes },
  ) {
    this.#call = call;
    this.#inside = inside;
    this.#notes = notes;
    call.over.addEventListener("abort", () => this.#git?.leave(), { once: true });
  }

  async start({ url, directory }: HttpAsked): Promise<void> {
    const asked = httpAddress(url);
    const judged =
      asked && judgedOf(this.#call.uses, (one) => httpAddress(one)?.plain === asked.plain);
    if (asked === undefined || judged === undefined)
      return this.#fail(`this call was not judged to reach \`${asked?.plain ?? "that address"}\``);
    const { home, projectRoot, outside } = this.#call;
    const place = {
      home,
      projectRoot,
      directory: isAbsolute(directory) ? realPath(directory) : "/",
    };
    const said = await this.#call.said();
    const http = await personHttp(place, { url: judged.url, outside, said });
    if ("why" in http) return this.#fail(http.why);
    if (this.#call.over.aborted) return this.cut();
    this.#judged = judged;
    this.#http = http;
    this.#url = judged.url;
    this.#state = "commands";
    this.#run();
    this.#readCommands();
  }

  take(kind: string, payload: Buffer): void {
    if (kind === "d") this.#takeData(payload);
    else if (kind === "e") this.#takeEnd();
    else if (kind === "p") this.#takePart(payload);
    else if (kind === "f") this.#endPart(Number(payload.toString("latin1")));
    else if (kind === "c") this.#push?.gate.takeCommit(payload);
    else this.#push?.gate.endCommits();
  }

  cut(): void {
    this.#leave();
    this.#inside.cut();
  }

  #leave(): void {
    this.#state = "over";
    this.#git?.leave();
  }

  #fail(why: string): void {
    if (this.#state === "over") return;
    this.#leave();
    this.#inside.fail(why);
  }

  /** Starts git outside, and tells it again what it was told before. */
  #run(): void {
    if (this.#http === undefined) return;
    this.#git?.leave();
    this.#again = this.#lines;
    this.#complaint = [];
    this.#git = new PersonGit(
      this.#http,
      { url: this.#url, version: this.#version },
      {
        said: (chunk) => this.#takeSaid(chunk),
        complained: (chunk) => this.#takeComplaint(chunk),
        words: (words) => this.#startPart(words),
        input: (chunk) => this.#send("i", chunk),
        inputEnd: () => this.#send("j"),
        drained: () => this.#inside.resume(),
        ended: (status, moved) => this.#takeExit(status, moved),
      },
    );
    for (const line of this.#told) this.#git.tell(`${line}\n`);
    if (this.#asking !== undefined) this.#git.tell(`${this.#asking}\n`);
  }

  #send(kind: "o" | "i" | "j", chunk?: Buffer): boolean {
    if (this.#inside.send(kind, chunk)) return true;
    this.#inside.whenDrained(() => this.#git?.resume());
    return false;
  }

  #takeData(chunk: Buffer): void {
    if (this.#state === "over") return;
    if (this.#state === "raw") {
      if (this.#git?.tell(chunk) === false) this.#inside.pause();
      return;
    }
    this.#line.add(chunk);
    // WHY so few: git waits for each answer, and says many lines at once only of references.
    if (this.#line.size > HELD_BYTES_MAX) return this.cut();
    this.#readCommands();
  }

  #takeEnd(): void {
    this.#hasEnded = true;
    if (this.#state === "commands" || this.#state === "raw") this.#git?.tellEnd();
  }

  #readCommands(): void {
    while (this.#state === "commands") {
      const end = this.#line.find(LINE_END);
      if (end < 0) {
        if (this.#line.size > LINE_BYTES_MAX) this.#fail(FOREIGN);
        else if (this.#hasEnded) this.#git?.tellEnd();
        return;
      }
      const line = this.#line.take(end + 1)?.toString("utf8", 0, end) ?? "";
      this.#readCommand(line);
    }
  }

  #readCommand(line: string): void {
    if (line.length > LINE_BYTES_MAX || /[\0\r]/.test(line)) return this.#fail(FOREIGN);
    if (HARMLESS.test(line)) {
      if (this.#asking === undefined) this.#told.push(line);
      if (this.#told.length > TOLD_MAX) return this.#fail(FOREIGN);
      this.#git?.tell(`${line}\n`);
      return;
    }
    const judged = this.#judged;
    if (judged === undefined || !(ASKING.test(line) || ACTS.test(line))) return this.#fail(FOREIGN);
    const isFetch = FETCHES.test(line);
    const refused = refusedUse(judged, !isFetch);
    if (refused !== undefined) return this.#fail(refused);
    if (isFetch && !this.#isNoted) {
      this.#isNoted = true;
      this.#notes.made({ what: "fetch", remote: withoutAccount(judged.url), refs: [] });
    }
    if (ASKING.test(line)) {
      const isFirst = this.#asking === undefined;
      this.#asking = line;
      if (line.startsWith("stateless-connect")) this.#state = "answer";
      // WHY anew: git that speaks the newer protocol lists nothing in the older one.
      else if (line === "list" && isFirst && this.#version === 2) {
        this.#version = 0;
        return this.#run();
      }
    }
    this.#git?.tell(`${line}\n`);
  }

  /** What git says outside goes in, but for the answers that the inside has. */
  #takeSaid(chunk: Buffer): boolean {
    let rest = chunk;
    while (this.#again > 0) {
      const end = rest.indexOf(LINE_END);
      if (end < 0) return true;
      this.#again -= 1;
      rest = rest.subarray(end + 1);
    }
    if (rest.length === 0) return true;
    if (this.#asking === undefined) this.#lines += count(rest, LINE_END);
    else this.#isAnswered = true;
    if (this.#complaint.length > 0) this.#complain();
    const isFree = this.#send("o", rest);
    if (this.#state === "answer") this.#takeAnswer(rest);
    return isFree;
  }

  /** An empty line: from here on both sides speak as git and a server do. */
  #takeAnswer(said: Buffer): void {
    if (said[0] === LINE_END) {
      this.#state = "raw";
      const held = this.#line.take(this.#line.size);
      if (held !== undefined && held.length > 0) this.#takeData(held);
      if (this.#hasEnded) this.#git?.tellEnd();
    } else {
      this.#state = "commands";
      this.#asking = undefined;
      this.#isAnswered = false;
      this.#readCommands();
    }
  }

  #takeComplaint(chunk: Buffer): void {
    if (!this.#isAnswered && /^fatal: unable to access/m.test(chunk.toString("latin1")))
      this.#complaint.push(chunk);
    else this.#inside.send("r", chunk);
  }

  #complain(): void {
    for (const chunk of this.#complaint) this.#inside.send("r", chunk);
    this.#complaint = [];
  }

  #takeExit(status: number, moved: string | undefined): void {
    if (this.#state === "over") return;
    const isMoved = status !== 0 && this.#asking !== undefined && !this.#isAnswered;
    if (isMoved && moved !== undefined && this.#moves < MOVES_MAX) {
      this.#moves += 1;
      const isJudged = (plain: string): boolean =>
        this.#call.uses.some(({ url }) => httpAddress(url)?.plain === plain);
      const to = movedAddress(moved, { from: this.#url, isJudged });
      if ("why" in to) return this.#fail(to.why);
      this.#url = to.url;
      this.#inside.send("r", `warning: redirecting to ${withoutAccount(to.url)}/\n`);
      return this.#run();
    }
    this.#complain();
    if (status !== 0 && !this.#isAnswered)
      for (const one of this.#http?.unheeded ?? []) this.#inside.send("r", `sallyport: ${one}\n`);
    this.#state = "over";
    this.#inside.end(status);
  }

  /** Git needs the repository: the rest of it runs inside. */
  #startPart(words: readonly string[]): void {
    const isPush = words[0] === "send-pack";
    const judged = this.#judged;
    if (judged === undefined || words[1] !== "--stateless-rpc") return this.#fail(FOREIGN);
    const refused = refusedUse(judged, isPush);
    if (refused !== undefined) return this.#fail(refused);
    if (isPush)
      this.#push = {
        reader: new RpcReader(),
        state: "judging",
        held: [],
        tail: [],
        heldBytes: 0,
        gate: new PushGate(judged.pushes, {
          ask: (way) => this.#inside.send("q", JSON.stringify(way)),
          settle: (outcome) => this.#settle(judged, outcome),
        }),
      };
    else this.#fetch = "running";
    this.#inside.send("s", JSON.stringify(words));
    if (!isPush) this.#inside.send("g");
  }

  /** What that part says to the server. */
  #takePart(chunk: Buffer): void {
    if (this.#state === "over") return;
    if (this.#push === undefined) {
      if (this.#fetch === "none") return this.cut();
      if (this.#git?.give(chunk) === false) this.#inside.pause();
      return;
    }
    const push = this.#push;
    const read = push.reader.take(chunk);
    if (read.kind === "bad") return this.#fail(NOT_READ);
    if (push.state === "judging") {
      push.held.push(chunk);
      push.heldBytes += chunk.length;
      if (push.heldBytes > HELD_BYTES_MAX) return this.cut();
      if (read.tail.length > 0) push.tail.push(read.tail);
      for (const payload of read.payloads) push.gate.take(payload);
      if (push.state !== "judging") return;
      if (push.reader.hasEnded && push.reader.isEmpty) return this.#letGo(push);
      if (push.reader.hasEnded && !push.gate.isWhole) return this.#fail(NOT_READ);
      return;
    }
    const onward = push.state === "open" ? chunk : read.tail;
    if (onward.length > 0 && this.#git?.give(onward) === false) this.#inside.pause();
  }

  #endPart(status: number): void {
    if (this.#state === "over") return;
    this.#git?.giveEnd(Number.isInteger(status) && status >= 0 && status < 256 ? status : 1);
  }

  #settle(judged: Judged, outcome: PushOutcome): void {
    const push = this.#push;
    if (push === undefined) return;
    if (outcome.kind === "unread") return this.#fail(outcome.why);
    if (outcome.kind === "go") {
      const { refs } = outcome;
      const remote = withoutAccount(judged.url);
      if (refs.length > 0) this.#notes.made({ what: "push", remote, refs });
      return this.#letGo(push);
    }
    const { ref, why, answer } = outcome;
    if (answer === undefined) return this.#fail(why);
    this.#notes.refused(`\`${ref}\`: ${why}`);
    push.state = "refused";
    push.held = [];
    this.#inside.send("i", answer);
    this.#inside.send("g");
    for (const tail of push.tail) this.#git?.give(tail);
  }

  #letGo(push: Push): void {
    push.state = "open";
    for (const chunk of push.held) this.#git?.give(chunk);
    push.held = [];
    this.#inside.send("g");
  }
}

type Push = {
  readonly gate: PushGate;
  readonly reader: RpcReader;
  state: "judging" | "open" | "refused";
  held: Buffer[];
  readonly tail: Buffer[];
  heldBytes: number;
};

const FOREIGN = "it was asked for in a form that git does not use";
const NOT_READ = "what git says of it cannot be read";

function count(bytes: Buffer, wanted: number): number {
  return bytes.reduce((sum, byte) => sum + (byte === wanted ? 1 : 0), 0);
}

/** WHY: an account may be a token. */
function withoutAccount(url: string): string {
  return url.replace(/^(https?:\/\/)[^@/]*@/i, "$1").replace(/\/+$/, "");
}
