// Remotes of held calls: each call that was judged to reach some gets a socket of its own, at which nobody else asks.
import { join } from "node:path";
import type { RemoteUse } from "#guard/vocabulary/remote-use.ts";
import { createCallRecords } from "../start/call-records.ts";
import { createCallSockets, type SocketCall, type SocketReach } from "../start/call-sockets.ts";
import { PERSON_VARIABLES } from "../start/person-settings.ts";
import { notedVariables, notingLine } from "../start/noted-variables.ts";
import type { MadeContact } from "./contact.ts";
import { WAY_VARIABLES } from "./person-http.ts";
import { serveRemote } from "./serve-remote.ts";
import { REMOTE_SHIM, REMOTE_SOCKET, REMOTE_LINES } from "./remote-shims.ts";

/** A call that was judged to reach remotes. Paths are absolute and real. */
export type CallWithRemotes = SocketCall & {
  readonly uses: readonly RemoteUse[];
  /** The files of the programs that ask inside, and the directory of the one that stands before git outside. */
  readonly shims: { readonly ssh: string; readonly http: string; readonly outside: string };
  /** Git's programs for addresses of http, in whose place the call sees ours. */
  readonly httpPrograms: readonly string[];
  readonly home: string;
  readonly projectRoot: string;
};

/** Remotes of the calls of a process that lives as long as they do. */
export type CallRemotes = {
  /** Listens for a call; undefined where that does not work. The folder of its ticket is there. Never rejects. */
  open(call: CallWithRemotes): Promise<SocketReach | undefined>;
  /** The call is over: what is under way for it ends. */
  close(ticket: string): void;
  /** Contacts that were made for a call since that was last asked. */
  takeMade(ticket: string): readonly MadeContact[];
  /** Why a call was last refused one, told once. */
  takeRefused(ticket: string): string | undefined;
  /** The room is given up. */
  end(room: string): void;
  stop(): void;
};

/** Contacts of one call: a fetch of many submodules has hundreds. */
const CONTACTS_MAX = 1_024;
const NOTE = "reacher";

/** Listens for calls as they come. */
export function createCallRemotes(): CallRemotes {
  const records = createCallRecords<MadeContact>();
  const sockets = createCallSockets<CallWithRemotes>("git", (call, socket, over) => {
    const { id, folder } = call.ticket;
    if (records.count(id) >= CONTACTS_MAX) {
      socket.destroy();
      return;
    }
    const { outside } = call.shims;
    const said = () => notedVariables(join(folder, NOTE));
    serveRemote({ ...call, outside, said, over }, socket, {
      made: (contact) => records.add(id, contact),
      refused: (why) => records.refuse(id, why),
    });
  });
  return {
    ...sockets,
    async open(call) {
      const path = await sockets.open(call);
      if (path === undefined) return undefined;
      return {
        own: [
          { from: path, to: REMOTE_SOCKET, isWritable: false },
          { from: call.shims.ssh, to: REMOTE_SHIM, isWritable: false },
          ...call.httpPrograms.map(
            (to) => ({ from: call.shims.http, to, isWritable: false }) as const,
          ),
        ],
        notes: [
          notingLine([...PERSON_VARIABLES, ...WAY_VARIABLES], join(call.ticket.folder, NOTE)),
        ],
        before: REMOTE_LINES,
      };
    },
    takeMade: records.takeMade,
    takeRefused: records.takeRefused,
  };
}
