// Signatures of held calls: each call that was judged to make or look at some gets a socket of its own, at which nobody else asks.
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import * as v from "valibot";
import type { SignatureUse } from "#guard/vocabulary/signature-use.ts";
import { notedVariables, notingLine } from "../start/noted-variables.ts";
import { makeSignature, type MadeSignature, refused, type SigningReply } from "./make-signature.ts";
import { SIGNING_VARIABLES } from "./person-signing.ts";
import { SIGNING_SOCKET } from "./signing-shim.ts";

/** A call that was judged to do something with signatures. Paths are absolute and real. */
export type CallWithSignatures = {
  readonly uses: readonly SignatureUse[];
  /** The name of the room in which it runs. */
  readonly room: string;
  readonly ticket: { readonly id: string; readonly folder: string };
  readonly home: string;
  readonly projectRoot: string;
};

/** What the call is given: the socket by the place where it sees it, and a line for the shell that starts it. */
export type SignaturesReach = {
  readonly own: { readonly from: string; readonly to: string; readonly isWritable: false };
  readonly before: readonly string[];
};

/** Signatures of the calls of a process that lives as long as they do. */
export type CallSignatures = {
  /** Listens for a call; undefined where that does not work. The folder of its ticket is there. Never rejects. */
  open(call: CallWithSignatures): Promise<SignaturesReach | undefined>;
  /** The call is over: what is under way for it ends. */
  close(ticket: string): void;
  /** What was signed for a call since that was last asked. */
  takeMade(ticket: string): readonly MadeSignature[];
  /** Why a call was last refused a signature, told once. */
  takeRefused(ticket: string): string | undefined;
  /** The room is given up. */
  end(room: string): void;
  stop(): void;
};

/** Calls that listen, and calls of which it is remembered what was signed until that is told. */
const OPEN_MAX = 256;
const ENDED_MAX = 256;
/** One call makes so many at most: a rebase of a long branch has hundreds. */
const SIGNATURES_MAX = 4_096;
const CONNECTIONS_MAX = 8;
const REQUEST_BYTES_MAX = 8 * 1024 * 1024;
/** Paths of sockets that the system takes (unix(7)). */
const PATH_BYTES_MAX = 107;
const NOTE = "signer";
/** What ends a request. WHY not the end of the stream: that tells that who asked is gone. */
const LINE_END = 0x0a;

/** WHY not looked at further: what is no base64 decodes to other bytes, and each of them is read strictly. */
const encodedBytes = v.string();
const RequestSchema = v.strictObject({
  words: v.pipe(v.array(v.pipe(v.string(), v.maxLength(8_192))), v.maxLength(32)),
  directory: v.pipe(v.string(), v.maxLength(8_192)),
  input: encodedBytes,
  files: v.pipe(v.array(v.tuple([v.string(), encodedBytes])), v.maxLength(32)),
});

type Open = {
  readonly call: CallWithSignatures;
  readonly server: Server;
  readonly over: AbortController;
  readonly sockets: Set<Socket>;
};
type Record = { made: MadeSignature[]; refused: string | undefined; count: number };

/** Listens for calls as they come. */
export function createCallSignatures(): CallSignatures {
  const open = new Map<string, Open>();
  const records = new Map<string, Record>();
  const recordOf = (ticket: string): Record => {
    const known = records.get(ticket) ?? { made: [], refused: undefined, count: 0 };
    records.set(ticket, known);
    for (const oldest of records.keys())
      if (records.size > OPEN_MAX + ENDED_MAX) records.delete(oldest);
    return known;
  };
  const close = (ticket: string): void => {
    const one = open.get(ticket);
    open.delete(ticket);
    one?.over.abort();
    one?.server.close();
    for (const socket of one?.sockets ?? []) socket.destroy();
  };
  const answer = async (call: CallWithSignatures, text: string, over: AbortSignal) => {
    const { id, folder } = call.ticket;
    const record = recordOf(id);
    const asked = v.safeParse(v.pipe(v.string(), v.parseJson(), RequestSchema), text);
    if (!asked.success) return refused("what was asked cannot be read");
    if (record.count >= SIGNATURES_MAX)
      return refused("this call had as many as one call may have");
    const { words, directory, input, files } = asked.output;
    const bytes = (encoded: string): Uint8Array => Buffer.from(encoded, "base64");
    const reply = await makeSignature(
      {
        ...{ words, directory, input: bytes(input) },
        files: new Map(files.map(([name, file]) => [name, bytes(file)])),
      },
      { ...call, folder, said: () => notedVariables(join(folder, NOTE)), over },
    );
    if (reply.made !== undefined) {
      record.count += 1;
      record.made.push(reply.made);
    }
    record.refused = reply.why;
    return reply;
  };
  const serve = (one: Open, socket: Socket): void => {
    one.sockets.add(socket);
    const gone = new AbortController();
    socket.on("close", () => {
      one.sockets.delete(socket);
      gone.abort();
    });
    socket.on("error", () => undefined);
    let size = 0;
    const parts: Buffer[] = [];
    let isWhole = false;
    socket.on("data", (part) => {
      size += part.length;
      if (size > REQUEST_BYTES_MAX) socket.destroy();
      else if (!isWhole) parts.push(part);
      if (isWhole || !part.includes(LINE_END)) return;
      isWhole = true;
      const over = AbortSignal.any([one.over.signal, gone.signal]);
      void answer(one.call, Buffer.concat(parts).toString("utf8"), over)
        .catch(() => refused("sallyport could not do it; ask the person to run `sallyport status`"))
        .then((reply) => socket.end(encoded(reply)));
    });
  };
  return {
    async open(call) {
      const path = join(call.ticket.folder, "sign");
      if (Buffer.byteLength(path) > PATH_BYTES_MAX) return undefined;
      const server = createServer();
      server.maxConnections = CONNECTIONS_MAX;
      const one: Open = { call, server, over: new AbortController(), sockets: new Set() };
      server.on("connection", (socket) => serve(one, socket));
      const listens = await new Promise<boolean>((resolve) => {
        server.once("error", () => resolve(false));
        server.listen(path, () => resolve(true));
      });
      if (!listens) return undefined;
      server.unref();
      server.on("error", () => undefined);
      open.set(call.ticket.id, one);
      for (const oldest of open.keys()) if (open.size > OPEN_MAX) close(oldest);
      return {
        own: { from: path, to: SIGNING_SOCKET, isWritable: false },
        before: [notingLine(SIGNING_VARIABLES, join(call.ticket.folder, NOTE))],
      };
    },
    close,
    takeMade(ticket) {
      return records.get(ticket)?.made.splice(0) ?? [];
    },
    takeRefused(ticket) {
      const record = records.get(ticket);
      const why = record?.refused;
      if (record !== undefined) record.refused = undefined;
      return why;
    },
    end(room) {
      for (const [ticket, { call }] of open) if (call.room === room) close(ticket);
    },
    stop() {
      for (const ticket of open.keys()) close(ticket);
    },
  };
}

function encoded({ status, output, errors, signature, isElsewhere }: SigningReply): string {
  const base = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  return JSON.stringify({
    ...{ status, output: base(output), errors: base(errors) },
    ...(signature === undefined ? {} : { signature: base(signature) }),
    ...(isElsewhere === true ? { isElsewhere } : {}),
  });
}
