// Signatures of held calls: each call that was judged to make or look at some gets a socket of its own, at which nobody else asks.
import type { Socket } from "node:net";
import { join } from "node:path";
import * as v from "valibot";
import type { SignatureUse } from "#guard/vocabulary/signature-use.ts";
import { createCallRecords } from "../start/call-records.ts";
import { createCallSockets, type SocketCall, type SocketReach } from "../start/call-sockets.ts";
import { notedVariables, notingLine } from "../start/noted-variables.ts";
import { makeSignature, type MadeSignature, refused, type SigningReply } from "./make-signature.ts";
import { PERSON_VARIABLES } from "../start/person-settings.ts";
import { SIGNING_SOCKET } from "./signing-shim.ts";

/** A call that was judged to do something with signatures. Paths are absolute and real. */
export type CallWithSignatures = SocketCall & {
  readonly uses: readonly SignatureUse[];
  readonly home: string;
  readonly projectRoot: string;
};

/** Signatures of the calls of a process that lives as long as they do. */
export type CallSignatures = {
  /** Listens for a call; undefined where that does not work. The folder of its ticket is there. Never rejects. */
  open(call: CallWithSignatures): Promise<SocketReach | undefined>;
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

/** One call makes so many at most: a rebase of a long branch has hundreds. */
const SIGNATURES_MAX = 4_096;
const REQUEST_BYTES_MAX = 8 * 1024 * 1024;
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

/** Listens for calls as they come. */
export function createCallSignatures(): CallSignatures {
  const records = createCallRecords<MadeSignature>();
  const answer = async (call: CallWithSignatures, text: string, over: AbortSignal) => {
    const { id, folder } = call.ticket;
    const asked = v.safeParse(v.pipe(v.string(), v.parseJson(), RequestSchema), text);
    if (!asked.success) return refused("what was asked cannot be read");
    if (records.count(id) >= SIGNATURES_MAX)
      return refused("this call had as many as one call may have");
    const { words, directory, input, files } = asked.output;
    const bytes = (encoded: string): Uint8Array => Buffer.from(encoded, "base64");
    const reply = await makeSignature(
      {
        words,
        directory,
        input: bytes(input),
        files: new Map(files.map(([name, file]) => [name, bytes(file)])),
      },
      { ...call, folder, said: () => notedVariables(join(folder, NOTE)), over },
    );
    if (reply.made !== undefined) records.add(id, reply.made);
    records.refuse(id, reply.why);
    return reply;
  };
  const serve = (call: CallWithSignatures, socket: Socket, over: AbortSignal): void => {
    let size = 0;
    const parts: Buffer[] = [];
    let isWhole = false;
    socket.on("data", (part) => {
      size += part.length;
      if (size > REQUEST_BYTES_MAX) socket.destroy();
      else if (!isWhole) parts.push(part);
      if (isWhole || !part.includes(LINE_END)) return;
      isWhole = true;
      void answer(call, Buffer.concat(parts).toString("utf8"), over)
        .catch(() => refused("sallyport could not do it; ask the person to run `sallyport status`"))
        .then((reply) => socket.end(encoded(reply)));
    });
  };
  const sockets = createCallSockets("sign", serve);
  return {
    ...sockets,
    async open(call) {
      const path = await sockets.open(call);
      if (path === undefined) return undefined;
      return {
        own: [{ from: path, to: SIGNING_SOCKET, isWritable: false }],
        before: [],
        notes: [notingLine(PERSON_VARIABLES, join(call.ticket.folder, NOTE))],
      };
    },
    takeMade: records.takeMade,
    takeRefused: records.takeRefused,
  };
}

function encoded({ status, output, errors, signature, isElsewhere }: SigningReply): string {
  const base = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  return JSON.stringify({
    status,
    output: base(output),
    errors: base(errors),
    ...(signature === undefined ? {} : { signature: base(signature) }),
    ...(isElsewhere === true ? { isElsewhere } : {}),
  });
}
