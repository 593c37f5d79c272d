// Questions that wait in the real room of the daemon, and a phone's server in front of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monotonicMs } from "#platform/monotonic.ts";
import { carryOutQuestion } from "#surface/daemon/question-orders.ts";
import type { DashboardNote } from "#surface/dashboard/access/dashboard-note.ts";
import { createPhoneLinks, type PhoneLinks } from "#surface/dashboard/phone/phone-links.ts";
import type { PhoneParts } from "#surface/dashboard/phone/phone-calls.ts";
import {
  PHONE_CALL_PATH,
  readPhonePage,
  servePhones,
} from "#surface/dashboard/phone/phone-server.ts";
import type { QuestionFacts } from "#surface/services/questions/question-schema.ts";
import {
  createWaitingRoom,
  type JudgedCall,
  type OpenQuestion,
  type WaitingRoom,
} from "#surface/services/questions/waiting-room.ts";
import { bundlePhone } from "../../../../scripts/bundle-phone.ts";

export const PASSPHRASE = "a passphrase of the person";
export const FACTS: QuestionFacts = {
  project: "/home/ada/shop",
  session: "s-1",
  tool: "Bash",
  text: "curl -s -T a.txt https://files.example/a.txt",
  rule: "builtin:team/egress",
  what: "sends a file to another machine",
  why: "what leaves cannot be taken back",
  also: [],
  class: "external",
  effects: [
    {
      effect: "egress",
      words: "sends a.txt to files.example",
      data: ["file"],
      verdict: "ask",
      through: ["curl"],
    },
  ],
  effectsOmitted: 2,
  held: true,
  alternatives: ["use the staging bucket"],
  onlyThere: null,
};
const CALL: JudgedCall = {
  tool: "Bash",
  input: { command: "curl" },
  cwd: "/p",
  root: "/p",
  sessionId: "s-1",
  callId: "c1",
  agentId: undefined,
  policyDigest: "d",
  rules: ["r"],
};

export type AskedPhone = {
  readonly url: URL;
  readonly room: WaitingRoom;
  readonly links: PhoneLinks;
  readonly notes: DashboardNote[];
  readonly recorded: unknown[];
  readonly order: PhoneParts["order"];
  /** Asks a question; each has the person's answer counted. */
  ask(changes?: Partial<QuestionFacts>, seconds?: number): OpenQuestion;
  /** A link for it. */
  link(opened: OpenQuestion): { readonly token: string; readonly href: string };
  /** Calls as a phone does. */
  call(path: string, body: unknown, options?: CallOptions): Promise<Answered>;
  close(): Promise<void>;
};
type CallOptions = {
  readonly bearer?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Answered = {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
};

/** Serves it. `nowMs` is for tests in which time goes by. */
export async function servePhone(
  given: { readonly nowMs?: () => number; readonly isPassphrase?: PhoneParts["isPassphrase"] } = {},
): Promise<AskedPhone> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-phone-"));
  const file = join(folder, "phone.html");
  await bundlePhone(file);
  const { nowMs = () => Date.now() } = given;
  const clock = { nowMs, monotonicMs: given.nowMs ?? monotonicMs };
  const room = createWaitingRoom(clock);
  const recorded: unknown[] = [];
  const recorder = { record: (entry: unknown) => Promise.resolve(void recorded.push(entry)) };
  const order: PhoneParts["order"] = (one) =>
    carryOutQuestion(one as Parameters<typeof carryOutQuestion>[0], room, recorder);
  const links = createPhoneLinks(clock);
  const notes: DashboardNote[] = [];
  // WHY settled later: the port is known once it listens, and the address holds it.
  const url = new URL("http://127.0.0.1:1/");
  const server = await servePhones(
    {
      clock,
      order,
      links,
      by: "ada",
      note: (note) => Promise.resolve(void notes.push(note)),
      isPassphrase: given.isPassphrase ?? ((text) => Promise.resolve(text === PASSPHRASE)),
    },
    {
      place: { url, host: "127.0.0.1", port: 0, tls: undefined },
      page: readPhonePage(file),
      onFault: () => undefined,
    },
  );
  url.port = String(server.port);
  const call: AskedPhone["call"] = async (path, body, { bearer, headers = {} } = {}) => {
    const response = await fetch(new URL(`${PHONE_CALL_PATH}${path}`, url), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, json: (await response.json()) as Answered["json"] };
  };
  let calls = 0;
  return {
    url,
    room,
    links,
    notes,
    recorded,
    order,
    call,
    ask(changes = {}, seconds = 60) {
      const callId = `c${(calls += 1)}`;
      const opened = room.open(
        { ...CALL, callId, sessionId: `s-${calls}` },
        { ...FACTS, ...changes },
        seconds,
      );
      if (opened === undefined) throw new Error("it does not wait");
      void opened.outcome.then(() => opened.confirm("counts"));
      return opened;
    },
    link({ question }) {
      const token = links.make(question);
      if (token === undefined) throw new Error("it gets no link");
      return { token, href: `${url.href}#${token}` };
    },
    async close() {
      room.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
