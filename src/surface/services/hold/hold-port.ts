// Holding as the answers to hooks use it: which calls are held, what that makes of their decision, and what is told of them after.
import { dropOldest } from "#base/drop-oldest.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { isWithin, joinPath } from "#base/path.ts";
import type { FactAnswer, PermissionMode } from "#guard/facts/facts.ts";
import { needsOf } from "#guard/hold/needs.ts";
import type { NativeMode } from "#guard/native/stack.ts";
import { builtin } from "#guard/policy/authorize/reasons.ts";
import { unanswerable } from "#guard/policy/authorize/settle.ts";
import type { Decision, Reason } from "#guard/policy/decision.ts";
import { HELD_BY_PROFILE } from "#guard/policy/authorize/contained.ts";
import { type Policy, ruleName } from "#guard/policy/policy.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { editedText } from "./edited-text.ts";
import { createAdditionalDirectories } from "./additional-directories.ts";
import { withClientAnswer } from "./client-answer.ts";
import { clientSidesOf } from "./client-side.ts";
import { closedPort } from "./closed-port.ts";
import { isOwnDatabase } from "./own-database.ts";
import type { MadeExchange, RefusedHost } from "./hosts/grants.ts";
import {
  type CallHolder,
  type HiddenText,
  type HoldOptions,
  openCallHolder,
} from "./call-holder.ts";
import { ticketIn } from "./held-command.ts";
import { createBackgroundCalls } from "./background-calls.ts";
import type { StillCall } from "./still-rooms.ts";
import { createSeenViews } from "./seen-views.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { createLooks } from "../../foundation/files/looks.ts";
import { areOfSystem, filesShown, showingPrograms } from "./plain-shows.ts";
import { ownTemporary } from "./own-temporary.ts";
import {
  type HeldRefusal,
  endedForView,
  IN_THE_BACKGROUND,
  lostHosts,
  notWritten,
  refusedHosts,
  refusedIn,
  refusedContact,
  refusedSignature,
  takenPorts,
} from "./refused.ts";
import { roomKey } from "./room.ts";
import { type HoldPlaces, holdPlaces } from "./shim.ts";
import { heldFact } from "./held-fact.ts";
import type { HoldStatus } from "./hold-status.ts";
import { insideOf, exists } from "./room.ts";
import type { MadeContact } from "./remotes/contact.ts";
import type { MadeSignature } from "./signing/make-signature.ts";
import { addShellLine, areShellLinesTold, endShellLines, waitsAsLine } from "./shell-lines.ts";

/** A session's place, as holding needs it. Paths are absolute. */
export type HoldSession = {
  readonly project: { readonly id: string; readonly root: string };
  readonly sessionId: string;
  readonly transcriptPath: string | undefined;
  readonly configDirectory: string;
  /** What the session says of `TMPDIR`: empty where it has none, undefined where that is not known. */
  readonly temporary?: string;
  /** The session's `PATH`, where it is known. */
  readonly searchPath?: string;
  /** Further working trees that calls of the session made beside the project. */
  readonly worktrees?: ReadonlySet<string>;
};

/** A judged call. */
export type JudgedCall = {
  readonly session: HoldSession;
  readonly call: ToolCall;
  /** The tool's input as the client sent it. */
  readonly given: Json;
  readonly mode: PermissionMode;
  readonly decision: Decision;
  readonly policy: Policy | undefined;
  /** False where nobody could answer a question. */
  readonly interactive: boolean;
  /** Set where what the session runs stands still from before it was judged. */
  readonly isStill?: boolean;
};

/** What holding makes of a call: its decision, and the input with which it runs held. */
export type HeldCall = {
  readonly decision: Decision;
  readonly input?: { readonly [key: string]: Json };
  readonly ticket?: string;
};

/** What was done outside for a call. */
export type MadeOutside = {
  readonly signatures: readonly MadeSignature[];
  readonly contacts: readonly MadeContact[];
  readonly exchanges: readonly MadeExchange[];
};

/** Everything that answering hooks needs of holding. */
export type HoldPort = {
  /** Whether commands of a session are held: the fact that rules ask for. Never rejects. */
  fact(
    session: Pick<HoldSession, "project" | "sessionId">,
    policy: Policy,
  ): Promise<FactAnswer | undefined>;
  /** A session begins: its project is looked at before its first call comes. */
  prepare(session: HoldSession, policy: Policy): Promise<void>;
  /**
   * What a held command of a session is shown in the place of a file, by its real path. Never rejects. A file that the person's own
   * rules for the client keep from being read is none of which a view is shown.
   */
  shown(
    session: Pick<HoldSession, "project" | "sessionId">,
    asked: {
      readonly policy: Policy;
      readonly path: string;
      readonly words?: readonly string[] | undefined;
      readonly configDirectory: string;
    },
  ): Promise<FactAnswer | undefined>;
  /** What its commands see of a hidden file; undefined of any other. Never rejects. */
  viewed(
    session: Pick<HoldSession, "project" | "sessionId">,
    asked: Omit<Parameters<HoldPort["shown"]>[1], "words">,
  ): Promise<HiddenText | undefined>;
  /** A call of a tool for files was allowed, and leaves at a real path what is known of it: from then on that is the session's own. */
  noteMade(
    session: Pick<HoldSession, "project" | "sessionId">,
    call: Pick<ToolCall, "input">,
    about: { readonly given: Json; readonly real: string },
  ): void;
  /** Whether all that answers at a port of the session's own loopback is a database that it made, after `sinceMs`, and started. */
  serves(
    session: Pick<HoldSession, "project" | "sessionId">,
    port: number,
    sinceMs: number,
  ): boolean;
  /** Puts a call into its profile. Rejects with a Failure where it should be held and cannot. */
  put(judged: JudgedCall): Promise<HeldCall>;
  /** Whether shell lines of skills of this session can be held: the client began its calls with our line. */
  holdsLines(session: HoldSession): boolean;
  /** Has a shell line of a skill run in its profile when the client comes to it. As `put`; there is no input to answer. */
  putLine(judged: JudgedCall): Promise<HeldCall>;
  /** What ran, by the input that the client says it ran; undefined where that is no ticket of ours. */
  ranAs(command: string): { readonly ticket: string; readonly command: string } | undefined;
  /** Where a file lies that the session has at another place, as in its `/tmp`; undefined where the path is none, or nothing is there. */
  scratchFile(session: HoldSession, path: string, isNew: boolean): string | undefined;
  /** What of its profile a call met, by what its proxy refused and by what it said, in words for the agent. */
  refused(
    said: string,
    ticket: string,
    session?: Pick<HoldSession, "project" | "sessionId">,
  ): HeldRefusal | undefined;
  /** Ports of this machine that calls of a session were connected to since that was last asked. */
  reachedPorts(session: Pick<HoldSession, "project" | "sessionId">): readonly number[];
  /** What was signed for a call, which remotes were reached for it and which keys went out, since that was last asked. */
  made(ticket: string): MadeOutside;
  /** Files that a call loaded as views, in words for the agent: once a session. */
  seen(ticket: string, session: Pick<HoldSession, "project" | "sessionId">): string | undefined;
  /** What a call left for programs outside to run: it was taken out of use, and this is to be told. */
  left(session: HoldSession): Promise<HeldRefusal | undefined>;
  /** Puts back what calls of the session wrote into files with views; tells of what was not, and of views that were lost. */
  written(session: Pick<HoldSession, "project" | "sessionId">): Promise<HeldRefusal | undefined>;
  /** A person had this file written by another tool than a command. */
  accept(session: HoldSession, path: string): void;
  /**
   * A call of a file tool is to be judged: what the session runs stands still until `goOn` says that it is over. False where not all
   * of it could be stopped. `tooLong` is called where it went on before that. Never rejects.
   */
  still(
    session: Pick<HoldSession, "project" | "sessionId">,
    call: StillCall,
    tooLong: () => void,
  ): Promise<boolean>;
  /** Those of these calls that are over hold nothing still any more. */
  goOn(
    session: Pick<HoldSession, "project" | "sessionId">,
    isOver: (call: StillCall) => boolean,
  ): void;
  /** This process ends: nothing stays stopped. */
  stop(): void;
  close(ticket: string): void;
  /** The call goes on in the background. */
  goesOn(ticket: string, session: HoldSession, call: ToolCall): void;
  /** What calls in the background met since that was last asked, and what was lost; without a call, of which is not known. */
  metLater(
    session: Pick<HoldSession, "project" | "sessionId">,
  ): Promise<readonly { readonly met: HeldRefusal; readonly call?: ToolCall }[]>;
  /** The same of calls in the background. */
  madeLater(
    session: Pick<HoldSession, "project" | "sessionId">,
  ): readonly { readonly call: ToolCall; readonly made: MadeOutside }[];
  /** From here on no command of the session counts as held, and `why` is told instead. */
  giveUp(session: Pick<HoldSession, "project" | "sessionId">, why: string): void;
  end(session: Pick<HoldSession, "project" | "sessionId">): void;
  standing(): Promise<HoldStatus>;
};

/** Sessions whose last call is kept in mind. */
const SESSIONS_MAX = 256;

/** The port over a data directory. */
export function createHoldPort(options: HoldOptions): HoldPort {
  const port = new HeldCommands(options);
  return {
    standing: () => port.standing(),
    fact: (session, policy) => port.fact(session, policy),
    prepare: (session, policy) => port.prepare(session, policy),
    shown: (session, asked) => port.shown(session, asked),
    viewed: (session, asked) => port.viewed(session, asked),
    noteMade: (session, call, about) => port.noteMade(session, call, about),
    serves: (session, at, sinceMs) => port.serves(session, at, sinceMs),
    put: (judged) => port.put(judged),
    holdsLines: (session) => port.holdsLines(session),
    putLine: (judged) => port.putLine(judged),
    ranAs: (command) => port.ranAs(command),
    scratchFile: (session, path, isNew) => port.scratchFile(session, path, isNew),
    refused: (said, ticket, session) => port.refused(said, ticket, session),
    reachedPorts: (session) => port.reachedPorts(session),
    made: (ticket) => port.made(ticket),
    seen: (ticket, session) => port.seen(ticket, session),
    left: (session) => port.left(session),
    written: (session) => port.written(session),
    accept: (session, path) => port.accept(session, path),
    still: (session, call, tooLong) => port.still(session, call, tooLong),
    goOn: (session, isOver) => port.goOn(session, isOver),
    stop: () => port.stop(),
    close: (ticket) => port.close(ticket),
    goesOn: (ticket, session, call) => port.goesOn(ticket, session, call),
    metLater: (session) => port.metLater(session),
    madeLater: (session) => port.madeLater(session),
    giveUp: (session, why) => port.giveUp(session, why),
    end: (session) => port.end(session),
  };
}

/** Commands of sessions, each held by a ticket, and what is told of them later. */
class HeldCommands {
  readonly #data: string;
  readonly #home: string;
  readonly #reads: boolean;
  readonly #desk: CallHolder;
  readonly #sideOf: ReturnType<typeof clientSidesOf>;
  /** With the refusals that we wrote ourselves. */
  readonly #wholeSideOf: ReturnType<typeof clientSidesOf>;
  readonly #additional: ReturnType<typeof createAdditionalDirectories>;
  readonly #background = createBackgroundCalls();
  readonly #seen = createSeenViews();
  /** The last held call of each session. */
  readonly #last = new Map<string, ToolCall>();
  /** Sessions in which an install asked for more than its lock file names: from then on a person is asked about installs. */
  readonly #asksForMore = new Map<string, true>();
  readonly #places: HoldPlaces;

  constructor(options: HoldOptions) {
    const { data, home } = options;
    this.#data = data;
    this.#home = home;
    this.#reads = options.hosts !== undefined;
    this.#desk = openCallHolder(options);
    this.#sideOf = clientSidesOf(home, undefined, data);
    this.#wholeSideOf = clientSidesOf(home);
    this.#additional = createAdditionalDirectories(home);
    this.#places = holdPlaces(data);
  }

  standing(): Promise<HoldStatus> {
    return this.#desk.standing();
  }

  async fact(
    { project, sessionId }: Pick<HoldSession, "project" | "sessionId">,
    policy: Policy,
  ): Promise<FactAnswer | undefined> {
    if (policy.hold === "never") return undefined;
    try {
      const given = this.#desk.givenUp(project.id, sessionId);
      if (given !== undefined) return missing(given);
      const standing = await this.#desk.standing();
      if (!standing.works) return missing(`commands cannot be held here: ${standing.why}`);
      const { hasSandbox } = this.#sideOf(project.root);
      if (hasSandbox) return undefined;
      // WHY not where calls join no room: there nobody could stand between them and the network.
      const isRead = this.#reads && !this.#asksForMore.has(roomKey(project.id, sessionId));
      return heldFact(isRead && standing.programs.join !== undefined);
    } catch {
      return missing("whether commands can be held here cannot be told");
    }
  }

  async prepare(
    { project, configDirectory, searchPath }: HoldSession,
    policy: Policy,
  ): Promise<void> {
    if (policy.hold === "never") return;
    const { root } = project;
    await this.#desk.prepare({
      projectRoot: root,
      policy,
      configDirectory,
      additionalDirectories: this.#additional({ root }),
      ...(searchPath === undefined ? {} : { searchPath }),
    });
  }

  async shown(
    { project: { id, root }, sessionId }: Pick<HoldSession, "project" | "sessionId">,
    { policy, path, words, configDirectory }: Parameters<HoldPort["shown"]>[1],
  ): Promise<FactAnswer | undefined> {
    try {
      const call = { tool: "Read", input: { file_path: path }, cwd: root };
      const { verdict, rule } = this.#sideOf(root).judgeCall(call, "default");
      if (rule !== undefined && verdict !== "allow") return { kind: "shown", as: "other" };
      const additionalDirectories = this.#additional({ root });
      const asked = { projectRoot: root, policy, configDirectory, additionalDirectories };
      return {
        kind: "shown",
        ...(await this.#desk.shown(asked, path, { projectId: id, sessionId }, words)),
      };
    } catch {
      return undefined;
    }
  }

  async viewed(
    { project: { id, root }, sessionId }: Pick<HoldSession, "project" | "sessionId">,
    { policy, path, configDirectory }: Parameters<HoldPort["viewed"]>[1],
  ): Promise<HiddenText | undefined> {
    const additionalDirectories = this.#additional({ root });
    const asked = { projectRoot: root, policy, configDirectory, additionalDirectories };
    return this.#desk.viewed(asked, path, { projectId: id, sessionId });
  }

  noteMade(
    { project, sessionId }: Pick<HoldSession, "project" | "sessionId">,
    { input }: Pick<ToolCall, "input">,
    { given, real }: { readonly given: Json; readonly real: string },
  ): void {
    const session = { projectId: project.id, sessionId };
    if (input.kind === "write")
      this.#desk.noteMade(session, real, Buffer.from(input.content, "utf8"));
    if (input.kind !== "edit") return;
    const before = this.#desk.madeAt(session, real);
    const after = before && editedText(Buffer.from(before).toString("utf8"), given);
    if (after !== undefined) this.#desk.noteMade(session, real, Buffer.from(after, "utf8"));
  }

  serves(
    { project, sessionId }: Pick<HoldSession, "project" | "sessionId">,
    port: number,
    sinceMs: number,
  ): boolean {
    const sockets = this.#desk.ownListeners(project.id, sessionId, port);
    return isOwnDatabase(sockets, { root: project.root, sinceMs });
  }

  async put(judged: JudgedCall): Promise<HeldCall> {
    const { call, decision, policy, mode, session, given } = judged;
    const { input } = call;
    const unchanged = { decision };
    if (input.kind !== "bash" || call.tool !== "Bash" || decision.verdict === "deny")
      return unchanged;
    if (policy === undefined || policy.hold === "never" || mode === "plan") return unchanged;
    // What the client's own sandbox contains, it goes on to contain.
    const relies = decision.reasons.some(({ text }) => text.includes(HELD_BY_PROFILE));
    // WHY whatever the verdict: nobody was asked about the file itself, which it would load then.
    const open = (why: string): HeldCall =>
      (relies && decision.verdict === "allow") || decision.views !== undefined
        ? { decision: notHeld(judged, why) }
        : unchanged;
    const standing = await this.#desk.standing();
    if (!standing.works) return open(standing.why);
    const why = this.#desk.givenUp(session.project.id, session.sessionId);
    if (why !== undefined) return open(why);
    const side = this.#sideOf(session.project.root);
    if (side.hasSandbox) return open("the client's own sandbox is on");
    const native = side.judge(input.command, call.cwd, mode as NativeMode);
    const answered = withClientAnswer(decision, native, mode);
    // WHY: what is left to the client runs as it is written.
    const own = decision.views === undefined ? answered : asked(answered, judged);
    if (own.verdict === "deny" || own.verdict === "abstain") return { decision: own };
    if (await this.#runsAsWritten(judged, own)) return { decision: own };
    // WHY: what is held may be waited for by what stands still.
    this.goOn(session, ({ id }) => id === call.id);
    const { effects } = own;
    // WHY what relies on it as well: it was allowed because it would be held.
    const isMeant =
      policy.hold !== "unproven" ||
      relies ||
      decision.views !== undefined ||
      needsOf({ effects, projectRoot: session.project.root, programs: [] }).isUnbounded;
    // WHY the decision without the client's rules: a call that is not rewritten, the client judges itself.
    if (!isMeant) return unchanged;
    const answer = await this.#desk.hold({
      projectId: session.project.id,
      projectRoot: session.project.root,
      additionalDirectories: this.#additional({
        root: session.project.root,
        worktrees: session.worktrees,
      }),
      sessionId: session.sessionId,
      command: input.command,
      isWaitedFor: input.background !== true,
      cwd: call.cwd,
      decision: own,
      policy,
      configDirectory: session.configDirectory,
      transcriptPath: session.transcriptPath,
      ...(session.temporary === undefined ? {} : { temporary: session.temporary }),
      ...(session.searchPath === undefined ? {} : { searchPath: session.searchPath }),
    });
    if (answer.kind === "not-held") return open(answer.why);
    const room = roomKey(session.project.id, session.sessionId);
    this.#seen.begin(room, answer);
    this.#last.delete(room);
    this.#last.set(room, call);
    dropOldest(this.#last, SESSIONS_MAX);
    return {
      decision: own,
      ticket: answer.ticket,
      input: { ...withoutOptOut(given), command: answer.command },
    };
  }

  /**
   * Whether it only shows files of the project that every held call sees as they are, while nothing of the session changes
   * them: it shows the same without a sandbox, and the client knows then what the model has read.
   */
  async #runsAsWritten(
    { call: { input, cwd }, policy, session, isStill = false, decision, mode }: JudgedCall,
    own: Decision,
  ): Promise<boolean> {
    if (!isStill || policy === undefined || input.kind !== "bash" || input.background === true)
      return false;
    if (decision.verdict !== "allow" || own.verdict !== "allow") return false;
    const programs = showingPrograms(input.command);
    const { root } = session.project;
    const files = programs && filesShown(own, realPath(root), programs);
    if (files === undefined || !areOfSystem(programs ?? [], session.searchPath)) return false;
    // WHY: the client holds its rules against what is not rewritten, those too that we wrote for its own tools.
    const native = this.#wholeSideOf(root).judge(input.command, cwd, mode as NativeMode);
    if (native.rule !== undefined && native.verdict !== "allow") return false;
    const { configDirectory, searchPath, worktrees } = session;
    const asked = {
      projectRoot: root,
      policy,
      configDirectory,
      additionalDirectories: this.#additional({ root, worktrees }),
      ...(searchPath === undefined ? {} : { searchPath }),
    };
    return await this.#desk.leavesOpen(asked, files);
  }

  holdsLines({ configDirectory, sessionId }: HoldSession): boolean {
    return areShellLinesTold(configDirectory, { data: this.#data, sessionId });
  }

  async putLine(judged: JudgedCall): Promise<HeldCall> {
    const { call, decision, session } = judged;
    const unchanged = { decision };
    if (call.input.kind !== "bash" || !this.holdsLines(session)) return unchanged;
    // What no rule speaks of is left to the client's own rules, which see the line as it is written.
    if (decision.verdict === "abstain") return unchanged;
    const of = { data: this.#data, sessionId: session.sessionId };
    const { command } = call.input;
    if (waitsAsLine(of, command)) return unchanged;
    const held = await this.put(judged);
    const run = held.input?.["command"];
    if (typeof run === "string") addShellLine(of, command, run);
    return held;
  }

  ranAs(command: string): { readonly ticket: string; readonly command: string } | undefined {
    const ticket = ticketIn(command, this.#data);
    if (ticket === undefined) return undefined;
    try {
      return { ticket, command: readFileSync(join(this.#places.tickets, ticket, "cmd"), "utf8") };
    } catch {
      return undefined;
    }
  }

  scratchFile(session: HoldSession, path: string, isNew: boolean): string | undefined {
    const { id, root } = session.project;
    if (isWithin(root, path)) return undefined;
    const outside = this.#outsideOf(session);
    const { configDirectory, temporary } = session;
    const apart = { projectRoot: root, data: this.#data, home: this.#home, configDirectory };
    const own = ownTemporary(temporary, apart, createLooks());
    const at = ["/tmp", own ?? "/tmp"].find((one) => one !== path && isWithin(one, path));
    if (at === undefined) return isNew ? undefined : this.#desk.cached(id, session.sessionId, path);
    if (isWithin(outside, path)) return undefined;
    if (/^\/tmp\/claude-\d+(?:\/|$)/.test(path)) return undefined;
    const mapped = joinPath(outside, path.slice(at.length + 1));
    return insideOf(outside, mapped, isNew) && (!isNew || !exists(path)) ? mapped : undefined;
  }

  refused(
    said: string,
    ticket: string,
    session?: Pick<HoldSession, "project" | "sessionId">,
  ): HeldRefusal | undefined {
    const hosts = this.#desk.refusedHosts(ticket);
    if (session !== undefined) this.#noteMore(session, hosts);
    const ports = session && this.#desk.portsOf(session.project.id, session.sessionId);
    return (
      refusedHosts(hosts ?? []) ??
      refusedSignature(this.#desk.refusedSignature(ticket)) ??
      refusedContact(this.#desk.refusedContact(ticket)) ??
      (ports === undefined ? undefined : closedPort(said, ports)) ??
      refusedIn(said, { hasProxy: hosts !== undefined })
    );
  }

  #noteMore(
    { project, sessionId }: Pick<HoldSession, "project" | "sessionId">,
    refused: readonly RefusedHost[] = [],
  ): void {
    if (!refused.some(({ why }) => why === "reading")) return;
    this.#asksForMore.set(roomKey(project.id, sessionId), true);
    dropOldest(this.#asksForMore, SESSIONS_MAX);
  }

  reachedPorts({
    project,
    sessionId,
  }: Pick<HoldSession, "project" | "sessionId">): readonly number[] {
    return this.#desk.reachedPorts(project.id, sessionId);
  }

  made(ticket: string): MadeOutside {
    return {
      signatures: this.#desk.takeSigned(ticket),
      contacts: this.#desk.takeContacts(ticket),
      exchanges: this.#desk.takeExchanged(ticket),
    };
  }

  seen(
    ticket: string,
    { project, sessionId }: Pick<HoldSession, "project" | "sessionId">,
  ): string | undefined {
    return this.#seen.take(ticket, { session: roomKey(project.id, sessionId), root: project.root });
  }

  async left({ project, sessionId }: HoldSession): Promise<HeldRefusal | undefined> {
    const text = await this.#desk.lookAfter(project.id, sessionId);
    return text === undefined ? undefined : { kind: "later", text };
  }

  async written({
    project,
    sessionId,
  }: Pick<HoldSession, "project" | "sessionId">): Promise<HeldRefusal | undefined> {
    const files = await this.#desk.putBack(project.id, sessionId);
    const met = [notWritten(files), endedForView(this.#desk.takeEnded(project.id, sessionId))];
    const unkept = this.#desk.takeUnkept(project.id, sessionId) ?? [];
    const text = [...met.flatMap((one) => one?.text ?? []), unkept].flat().join("\n");
    return text === "" ? undefined : { kind: "view", text };
  }

  accept({ project, sessionId }: HoldSession, path: string): void {
    return this.#desk.accept(project.id, sessionId, path);
  }

  still(
    { project, sessionId }: Pick<HoldSession, "project" | "sessionId">,
    call: StillCall,
    tooLong: () => void,
  ): Promise<boolean> {
    return this.#desk.still({ projectId: project.id, sessionId }, call, tooLong).catch(() => false);
  }

  goOn(
    { project, sessionId }: Pick<HoldSession, "project" | "sessionId">,
    isOver: (call: StillCall) => boolean,
  ): void {
    this.#desk.goOn({ projectId: project.id, sessionId }, isOver);
  }

  stop(): void {
    this.#desk.stop();
  }

  close(ticket: string): void {
    this.#desk.close(ticket);
  }

  goesOn(ticket: string, { project, sessionId }: HoldSession, call: ToolCall): void {
    this.#desk.goesOn(ticket);
    this.#background.add(roomKey(project.id, sessionId), { ticket, call });
  }

  async metLater({ project, sessionId }: Pick<HoldSession, "project" | "sessionId">): Promise<
    readonly {
      readonly met: HeldRefusal;
      readonly call?: ToolCall;
    }[]
  > {
    const lost = lostHosts(this.#desk.takeLost(project.id, sessionId));
    const refused = this.#background
      .of(roomKey(project.id, sessionId))
      .flatMap(({ ticket, call }) => {
        const hosts = this.#desk.refusedHosts(ticket);
        this.#noteMore({ project, sessionId }, hosts);
        const met = refusedHosts(hosts ?? [], IN_THE_BACKGROUND);
        return met === undefined ? [] : [{ met, call }];
      });
    const taken = takenPorts(this.#desk.takenPorts(project.id, sessionId));
    const text = await this.#desk.lookLater(project.id, sessionId);
    // WHY of the last one: which of them made it, nobody knows.
    const call = this.#last.get(roomKey(project.id, sessionId));
    const left = { met: { kind: "later", text: text ?? "" }, ...(call && { call }) } as const;
    return [
      ...[lost, taken].flatMap((met) => (met === undefined ? [] : [{ met }])),
      ...refused,
      ...(text === undefined ? [] : [left]),
    ];
  }

  madeLater({ project, sessionId }: Pick<HoldSession, "project" | "sessionId">): readonly {
    readonly call: ToolCall;
    readonly made: MadeOutside;
  }[] {
    return this.#background
      .of(roomKey(project.id, sessionId))
      .map(({ ticket, call }) => ({ call, made: this.made(ticket) }));
  }

  giveUp({ project, sessionId }: Pick<HoldSession, "project" | "sessionId">, why: string): void {
    return this.#desk.giveUp(project.id, sessionId, why);
  }

  end({ project, sessionId }: Pick<HoldSession, "project" | "sessionId">): void {
    endShellLines({ data: this.#data, sessionId });
    this.#background.end(roomKey(project.id, sessionId));
    this.#seen.end(roomKey(project.id, sessionId));
    this.#last.delete(roomKey(project.id, sessionId));
    this.#asksForMore.delete(roomKey(project.id, sessionId));
    this.#desk.end(project.id, sessionId);
  }

  #outsideOf(session: HoldSession): string {
    return this.#desk.scratchOf(session.project.id, session.sessionId);
  }
}

/** WHY it is dropped: a held call stays held, whatever the agent asks the client for. */
function withoutOptOut(given: Json): { readonly [key: string]: Json } {
  if (typeof given !== "object" || given === null || isList(given)) return {};
  const { dangerouslyDisableSandbox: _dropped, ...rest } = given;
  return rest;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The same where nothing is left to the client: it is asked about, or refused where nobody can answer. */
function asked(decision: Decision, { interactive }: JudgedCall): Decision {
  if (decision.verdict !== "abstain") return decision;
  const reasons = decision.reasons.map((one): Reason => ({ ...one, verdict: "ask" }));
  return interactive
    ? { ...decision, verdict: "ask", reasons }
    : { ...decision, verdict: "deny", reasons: [unanswerable(reasons[0]), ...reasons] };
}

/** What was allowed because it would be held, and cannot be: where a rule that refuses gave way, it is refused. */
function notHeld({ decision, interactive, policy }: JudgedCall, why: string): Decision {
  const gaveWay =
    decision.views !== undefined ||
    decision.reasons.some(({ rule: name }) =>
      policy?.rules.some((rule) => rule.verdict === "deny" && ruleName(rule, policy) === name),
    );
  const verdict = interactive && !gaveWay ? "ask" : "deny";
  const text = `it was to run held, and cannot be: ${why}`;
  const reason: Reason = {
    ...builtin(verdict, "not-held", text),
    told: { what: "would run without the sandbox that should hold it", why },
    instead: "ask the person to run `sallyport status`: it says what repairs this",
  };
  return { ...decision, verdict, reasons: [reason, ...decision.reasons] };
}

function missing(why: string): FactAnswer {
  return { kind: "containment", sandbox: undefined, why };
}

/** The failure of a call that could not be held. */
export function holdFailure(cause: unknown): Failure<"hold"> {
  return new Failure(
    "hold",
    "the call could not be put into its sandbox; check the disk of the data directory, then run `sallyport status`",
    { cause },
  );
}
