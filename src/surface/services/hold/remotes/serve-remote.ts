// One contact of a held call with a remote: what is asked is read from one line, and what follows goes to who makes such contacts.
import type { Socket } from "node:net";
import * as v from "valibot";
import { type Contact, type ContactNotes, Inside, type RemoteCall } from "./contact.ts";
import { FrameReader, PieceReader } from "./frames.ts";
import { HttpContact } from "./http-contact.ts";
import { SshContact } from "./ssh-contact.ts";

const LINE_BYTES_MAX = 64 * 1024;
const LINE_END = 0x0a;

const directory = v.pipe(v.string(), v.maxLength(8_192));
const RequestSchema = v.union([
  v.strictObject({
    words: v.pipe(v.array(v.string()), v.maxLength(32)),
    directory,
    protocol: v.pipe(v.string(), v.maxLength(512)),
  }),
  v.strictObject({ url: v.pipe(v.string(), v.maxLength(8_192)), directory }),
]);

/** Serves a connection until it ends. */
export function serveRemote(call: RemoteCall, socket: Socket, notes: ContactNotes): void {
  const inside = new Inside(socket, notes);
  const line = new PieceReader();
  const frames = new FrameReader();
  let contact: Contact | undefined;
  const cut = (): void => (contact ?? inside).cut();
  const takeFrames = (piece: Buffer): void => {
    for (const one of frames.take(piece)) {
      if (one === "bad") return cut();
      if (!inside.isOver) contact?.take(one.kind, one.payload);
    }
  };
  socket.on("data", (piece) => {
    if (contact !== undefined || inside.isOver) return takeFrames(piece);
    const end = piece.indexOf(LINE_END);
    line.add(end < 0 ? piece : piece.subarray(0, end));
    if (line.size > LINE_BYTES_MAX) return cut();
    if (end < 0) return;
    contact = started(line.take(line.size)?.toString("utf8") ?? "", call, { inside, notes });
    takeFrames(piece.subarray(end + 1));
  });
}

/** Who makes the contact that a line asks for; undefined, and the end, where it asks for none. */
function started(
  text: string,
  call: RemoteCall,
  sides: { readonly inside: Inside; readonly notes: ContactNotes },
): Contact | undefined {
  const { inside } = sides;
  const asked = v.safeParse(v.pipe(v.string(), v.parseJson(), RequestSchema), text);
  if (!asked.success) {
    inside.fail("what was asked cannot be read");
    return undefined;
  }
  const failed = (): void =>
    inside.fail("sallyport could not do it; ask the person to run `sallyport status`");
  if ("url" in asked.output) {
    const contact = new HttpContact(call, sides);
    void contact.start(asked.output).catch(failed);
    return contact;
  }
  const contact = new SshContact(call, sides);
  void contact.start(asked.output).catch(failed);
  return contact;
}
