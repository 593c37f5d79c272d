// The gateway from its start to its end: a client that speaks over two streams, the relay, and the server behind it.
import type { Readable, Writable } from "node:stream";
import { identityWords, type ServerIdentity } from "#govern/mcp/identity.ts";
import { headersIn, isHeaderVariable } from "#govern/mcp/wrapped.ts";
import { prepareDirectories } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";
import { guardingOf } from "../projects/guarded-project.ts";
import { openGate } from "./gate.ts";
import { openGatewayRecord } from "./gateway-record.ts";
import { jsonLineWriter, readJsonLines } from "./json-lines.ts";
import { errorAnswer, ERRORS, type Members } from "./message.ts";
import { createRelay, LIMITS, type Relay } from "./relay.ts";
import { startRemote } from "./server-remote.ts";
import { type Behind, type BehindEvents, startServer } from "./server-process.ts";
import { createWithholding } from "./withheld.ts";

/** How often the catalog is looked at when no message comes, in milliseconds: a revocation counts within a second. */
const TICK_MS = 500;

/** Runs it. Gives the exit code: 0 where the client ended it, 1 where the server ended by itself. Rejects where the keys of the log cannot be read. */
export async function runGateway(
  identity: ServerIdentity,
  wish: {
    readonly project: string;
    readonly data: string;
    readonly waitMs: number;
    readonly say: (line: string) => void;
    readonly client: { readonly input: Readable; readonly output: Writable };
    /** Resolves when it is to end. */
    readonly asked: Promise<void>;
  },
): Promise<number> {
  const { project, data, say, asked } = wish;
  const directories = prepareDirectories(data);
  const root = guardingOf(directories, project)?.project.root ?? project;
  const nowMs = (): number => Date.now();
  const gate = openGate(identity, directories, { root, nowMs });
  const recorder = await openSpoolRecorder(directories);
  const record = openGatewayRecord(recorder, {
    server: () => gate.name() || identityWords(identity),
    root,
    say,
  });
  const client = jsonLineWriter(wish.client.output);
  // What the server says first may come before there is a relay to hear it.
  const made: { relay?: Relay } = {};
  let hasEnded: (how: string) => void = () => undefined;
  const gone = new Promise<string>((resolve) => {
    hasEnded = resolve;
  });
  const events: BehindEvents = {
    value: (value) => made.relay?.fromServer(value),
    invalid: () => made.relay?.invalid(),
    tooLarge: (ends) => made.relay?.tooLarge(ends),
    failed: (message, why) => made.relay?.failed(message["id"], why),
    ended(how) {
      if (made.relay?.isClosed() !== true) hasEnded(how);
    },
  };
  const behind: Behind | undefined =
    gate.server() !== undefined
      ? undefined
      : identity.kind === "url"
        ? await startRemote(identity.url, headersIn(process.env), events)
        : startServer(identity, isHeaderVariable, { events, until: client.ready });
  const front = (message: Members): void => client.send(message);
  const relay = createRelay({
    gate,
    front,
    behind,
    outcome: record.add,
    say,
    redact: createWithholding(project, { data, stamp: recorder.stamp, nowMs }),
    limits: { ...LIMITS, waitMs: wish.waitMs },
  });
  made.relay = relay;
  const timer = setInterval(() => relay.tick(), TICK_MS);
  const left = readJsonLines(
    wish.client.input,
    {
      value: (value) => relay.fromClient(value),
      invalid: () =>
        front(errorAnswer(null, ERRORS.parse, { message: "sallyport: this is no JSON" })),
      tooLarge: () =>
        front(
          errorAnswer(null, ERRORS.request, { message: "sallyport: the message is too large" }),
        ),
    },
    () => behind?.ready(),
  );
  const ended = await Promise.race([left.then(() => undefined), asked.then(() => undefined), gone]);
  clearInterval(timer);
  if (ended !== undefined) {
    relay.ended(ended);
    say(`the server is gone: ${ended}`);
  }
  await behind?.end();
  wish.client.input.destroy();
  await record.close();
  return ended === undefined ? 0 : 1;
}
